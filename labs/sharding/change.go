package sharding

import (
	"fmt"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// change is what a history says of a change to the tier: a shard more or less, or a hot key.
type change struct {
	scheme   string
	from, to int // shards before and after
	copies   int
	at       time.Duration

	moved  []*history.Event // in the order of arrival
	copied int              // copies of keys that there are in all
}

// changeOf returns the change that an effect of that name began.
func changeOf(v *invariant.View, name string) (change, error) {
	var c change
	for e := range v.Effects(name, moved, owed) {
		switch e.Name {
		case moved:
			c.moved = append(c.moved, e)
		case owed:
			c.copied++
		default:
			c.scheme, c.at, c.copies = e.Key, e.At, int(e.N)
			if _, err := fmt.Sscan(e.Value, &c.from, &c.to); err != nil {
				return c, fmt.Errorf("read effect %s: %w", name, err)
			}
		}
	}
	if c.scheme == "" || c.copied == 0 {
		return c, fmt.Errorf("no effect %q in a load that was audited", name)
	}
	return c, nil
}

// movedShare returns which share of the copies went to another shard.
func (c *change) movedShare() float64 { return float64(len(c.moved)) / float64(c.copied) }

// took returns the time from the change to the last arrival.
func (c *change) took() time.Duration {
	if len(c.moved) == 0 {
		return 0
	}
	return c.moved[len(c.moved)-1].At - c.at
}

// leastShare is the smallest share of the keys that can move if all shards are to have as many
// afterwards: what the new shard is to have, or the old one had.
func (c *change) leastShare() float64 { return 1 / float64(max(c.from, c.to)) }

// predictMoved returns which share of the keys moves from one shard to another, by the formula of
// the placement.
func predictMoved(scheme string, from, to int) float64 {
	most := float64(max(from, to))
	switch {
	case scheme == "modulo":
		return (most - 1) / most
	case scheme == "range" && to > from: // half of one of the ranges
		return 1 / float64(from) / 2
	default:
		return 1 / most
	}
}

// deviation returns the standard deviation of the share that moves, where share is predicted: the keys
// are a sample of all that there could be, and so are a shard's points of all places on a ring.
func (c *change) deviation(share float64) float64 {
	variance := share * (1 - share) / float64(c.copied)
	if c.onRing() {
		variance += share * share / virtualNodes
	}
	return math.Sqrt(variance)
}

func (c *change) onRing() bool { return c.scheme == "ring" || c.scheme == "ring-replicas" }

// exposure returns how many reads would meet a key on its way if there were one copy of each: of every
// read, the share of the keys that had not arrived when it came. With reads at a rate λ and keys that
// arrive at an even pace that is λ × share × time of the move ÷ 2.
func (c *change) exposure(v *invariant.View) float64 {
	sum, left := 0.0, len(c.moved)
	for e := range v.Effects(moved, reading) {
		switch {
		case e.At < c.at || !v.Load.Contains(e.At):
		case e.Name == moved:
			left--
		default:
			sum += float64(left) / float64(c.copied)
		}
	}
	return sum
}

// predictUnserved returns how many of the reads fail for it.
func (c *change) predictUnserved(v *invariant.View) float64 {
	if c.copies > 1 {
		return 0 // another copy stays where it is
	}
	return c.exposure(v)
}

// leastUnserved returns how many would fail at this pace if no more moved than must. The share counts
// twice: of half as many keys, each is missing for half as long.
func (c *change) leastUnserved(v *invariant.View) float64 {
	part := c.leastShare() / c.movedShare()
	return c.exposure(v) * part * part
}

// predictImbalance returns the load of the fullest shard in means, where a share hot of the requests
// is for one key: that key's part of each of its copies' shards, and everyone's part of the rest.
func (c *change) predictImbalance(hot float64) float64 {
	return hot*float64(c.to)/float64(min(c.copies, c.to)) + (1 - hot)
}

// predictFullest returns how many times the mean the fullest shard has of the keys.
func (c *change) predictFullest() float64 {
	from, to := float64(c.from), float64(c.to)
	switch {
	case c.scheme == "range" && to > from: // ranges that were not split are as large as before
		return to / from
	case c.scheme == "range": // one has two
		return 2 * to / from
	case c.onRing():
		return 1 + math.Sqrt(math.Log(to)/virtualNodes)
	default:
		return 1
	}
}
