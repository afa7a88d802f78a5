package sharding

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// change is what a history says of the last change of the placement. Where it never changed, from and to are
// the same and nothing moved.
type change struct {
	formula     string           // of the placement
	from, to    int              // shards before and after
	at          time.Duration    // when it came
	moved       []*history.Event // the first arrival of each copy, in order
	owed        map[string]int   // by shard: copies that belong there
	sum, copies int              // of owed, and of a key
	dead        string           // the shard that could not give its keys
	dying       history.Window   // from the first time on until the fault was over
}

// changeOf returns the last change, or the only placement. Without an audit its sum is 0.
func changeOf(v *invariant.View) change {
	c, keys, there := change{owed: map[string]int{}}, map[string]bool{}, map[[2]string]bool{}
	for e := range v.Effects(placed, moved, halted, owed) {
		switch copied := [2]string{e.By, e.Value}; e.Name {
		case placed:
			c.formula, c.from, c.to = e.Key, cmp.Or(c.to, int(e.N)), int(e.N)
			c.at, c.moved = e.At, nil
			clear(there)
		case moved:
			if !there[copied] {
				there[copied] = true
				c.moved = append(c.moved, e)
			}
		case halted:
			if c.dead == "" {
				c.dead, c.dying = e.Key, history.Window{From: e.At, To: v.Fault.To}
			}
		case owed:
			keys[e.Value] = true
			c.owed[e.Key]++
			c.sum++
		}
	}
	c.copies = c.sum / max(1, len(keys))
	return c
}

// ratio is NaN for none of none.
func ratio(n, of int) invariant.Number {
	return invariant.Number{Value: float64(n) / float64(of), From: fmt.Sprintf("%d of %d", n, of)}
}

// share returns which share of the copies went to another shard, NaN where the placement stayed.
func (c change) share() invariant.Number {
	if len(c.moved) == 0 {
		return ratio(0, 0)
	}
	return ratio(len(c.moved), c.sum)
}

// oneSided returns which share of what moved the one shard gave or took that gave or took most, whichever is less: a
// shard that joins takes all, and one that leaves gives all.
func (c change) oneSided() invariant.Number {
	gave, took := map[string]int{}, map[string]int{}
	for _, e := range c.moved {
		gave[e.Key]++
		took[e.By]++
	}
	_, given := most(gave)
	_, taken := most(took)
	return ratio(min(given, taken), len(c.moved))
}

// most returns the shard that has most, and how many.
func most(count map[string]int) (shard string, n int) {
	for _, s := range slices.Sorted(maps.Keys(count)) {
		if count[s] > n {
			shard, n = s, count[s]
		}
	}
	return shard, n
}

// arrived returns when each copy that moved was first on its new shard, sorted: a put may have come before the mover.
func (c change) arrived(puts invariant.Ops) (times []time.Duration) {
	written := map[string]time.Duration{}
	for _, o := range slices.Backward(puts) {
		if o.Invoke.At >= c.at {
			written[o.Invoke.Key] = o.End.At
		}
	}
	for _, e := range c.moved {
		at, early := written[e.Value]
		if !early || at > e.At {
			at = e.At
		}
		times = append(times, at)
	}
	slices.Sort(times)
	return times
}

// onDead returns which share of the keys has a copy on the dead shard.
func (c change) onDead() float64 { return float64(c.owed[c.dead]) * float64(c.copies) / float64(c.sum) }

// formulaOf returns which share of the copies moves by the formula of a placement.
func formulaOf(placement string, from, to int) float64 {
	switch most := float64(max(from, to)); {
	case placement == "modulo": // of so many hashes in a row, one has the same remainder as before
		return (most - 1) / most
	case placement == "range" && to > from: // half of one range
		return 1 / float64(2*from)
	default:
		return 1 / most
	}
}

// deviation is the standard deviation of the share p of the copies that a placement puts somewhere on that many shards.
// Keys are drawn, each with all its copies, and so are points on a ring. There neighbors have most of their copies on
// the same shards, which leaves fewer points that are drawn independently. Ranges leave nothing to chance.
func (c change) deviation(placement string, p float64, shards int) float64 {
	key, variance := p*float64(c.copies), float64(c.copies)/float64(c.sum)
	switch placement {
	case "range":
		return 0
	case "ring":
		variance += float64(c.copies) / float64(1+shards*pointsAShard)
	}
	return math.Sqrt(key*(1-key)*variance) / float64(c.copies)
}
