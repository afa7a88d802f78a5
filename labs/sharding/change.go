package sharding

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// change is what a history says of the last change of the placement. Where it never changed, from and to are
// the same and nothing moved.
type change struct {
	placement string
	from, to  int // shards before and after
	copies    int // of a key
	at        time.Duration
	moved     []*history.Event // in the order of arrival
	owed      map[string]int   // copies that belong on each shard
	sum       int              // of owed
}

// changeOf returns the last change, or the only placement.
func changeOf(v *invariant.View) (change, error) {
	c, keys := change{owed: map[string]int{}}, map[string]bool{}
	for e := range v.Effects(placed, moved, owed) {
		switch e.Name {
		case placed:
			c.placement, c.at, c.moved, c.from, c.to = e.Key, e.At, nil, c.to, int(e.N)
		case moved:
			c.moved = append(c.moved, e)
		case owed:
			keys[e.Value] = true
			c.owed[e.Key]++
			c.sum++
		}
	}
	if c.to == 0 || c.sum == 0 {
		return c, errors.New("no placement, or it was not audited")
	}
	if c.from == 0 {
		c.from = c.to
	}
	c.copies = c.sum / len(keys)
	return c, nil
}

// moveOf returns the last change, and fails where no key moved.
func moveOf(v *invariant.View) (change, error) {
	c, err := changeOf(v)
	if err == nil && len(c.moved) == 0 {
		err = errors.New("no key moved")
	}
	return c, err
}

// heatOf returns the last change as well, and fails where no key was hot while the fault was on.
func heatOf(v *invariant.View) (change, error) {
	c, err := changeOf(v)
	sent, asked, most := v.Ops("").In(v.During()), map[string]int{}, 0
	for _, o := range sent {
		asked[o.Invoke.Key]++
		most = max(most, asked[o.Invoke.Key])
	}
	if err == nil && float64(most) <= hotShare/2*float64(len(sent)) {
		err = errors.New("no key was hot")
	}
	return c, err
}

// movedShare returns which share of the copies went to another shard.
func (c change) movedShare() invariant.Number {
	return invariant.Number{Value: float64(len(c.moved)) / float64(c.sum), From: fmt.Sprintf("%d of %d", len(c.moved), c.sum)}
}

// leastShare is the smallest share of the keys that can move if all shards are to have as many
// afterwards: what the new shard is to have, or the old one had.
func (c change) leastShare() float64 { return 1 / float64(max(c.from, c.to)) }

// predict returns which share of the keys moves by the formula of the placement, and how many times the mean
// of the keys the fullest shard then has.
func predict(placement string, from, to int) (moves, fullest float64) {
	before, after, most := float64(from), float64(to), float64(max(from, to))
	switch {
	case placement == "modulo":
		return (most - 1) / most, 1
	case placement == "rendezvous":
		return 1 / most, 1
	case placement == "range" && to < from: // a neighbor has two ranges
		return 1 / most, 2 * after / before
	case placement == "range": // half of one range moves, and the others are as large as before
		return 1 / before / 2, after / before
	default:
		return 1 / most, 1 + math.Sqrt(math.Log(after)/virtualNodes)
	}
}

// deviation returns the standard deviation of the share that moves, where share is predicted: the keys
// are a sample of all that there could be, and so are a shard's points of all places on a ring.
func (c change) deviation(share float64) float64 {
	variance := share * (1 - share) / float64(c.sum)
	if c.placement == "ring" || c.placement == "ring-replicas" {
		variance += share * share / virtualNodes
	}
	return math.Sqrt(variance)
}

// exposure returns how many gets would meet a key on its way if there were one copy of each: of every get, the
// share of the keys that had not arrived when it was sent. With gets at a rate λ and keys that arrive at an
// even pace that is λ × share × time of the move ÷ 2.
func (c change) exposure(v *invariant.View) float64 {
	sum, arrived := 0.0, 0
	for _, o := range v.Ops(get) {
		for arrived < len(c.moved) && c.moved[arrived].At <= o.Invoke.At {
			arrived++
		}
		if o.Invoke.At >= c.at {
			sum += float64(len(c.moved)-arrived) / float64(c.sum)
		}
	}
	return sum
}

// leastExposure returns how many it would be at this pace if no more moved than must. The share counts twice:
// of half as many keys, each is missing for half as long.
func (c change) leastExposure(v *invariant.View) float64 {
	part := c.leastShare() / c.movedShare().Value
	return c.exposure(v) * part * part
}
