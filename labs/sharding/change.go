package sharding

import (
	"cmp"
	"errors"
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
	placement    string
	from, to     int              // shards before and after
	least        float64          // share of the keys that has to move if all shards are to have as many afterwards
	took         time.Duration    // until the last copy arrived
	moved        []*history.Event // in the order of arrival
	owed, served map[string]int   // by shard: copies that belong there, and requests sent in the fault that it served
	sum, copies  int              // of owed, and of a key
	heat         float64          // share of the requests sent in the fault that were for the key asked for most
}

// changeOf returns the last change, or the only placement.
func changeOf(v *invariant.View) (change, error) {
	c, at := change{owed: map[string]int{}, served: map[string]int{}}, time.Duration(0)
	keys, asked, sent := map[string]bool{}, map[string]float64{}, v.Ops("").In(v.During())
	for _, o := range sent {
		asked[o.Invoke.Key] += 1 / float64(len(sent))
		c.heat = max(c.heat, asked[o.Invoke.Key])
	}
	for e := range v.Effects(placed, moved, served, owed) {
		switch e.Name {
		case placed:
			c.placement, c.from, c.to = e.Key, cmp.Or(c.to, int(e.N)), int(e.N)
			at, c.moved = e.At, nil
		case moved:
			c.moved, c.took = append(c.moved, e), e.At-at
		case served:
			if o := v.Op(e); o != nil && v.During().Contains(o.Invoke.At) {
				c.served[e.Key]++
			}
		case owed:
			keys[e.Value] = true
			c.owed[e.Key]++
			c.sum++
		}
	}
	if c.sum == 0 {
		return c, errors.New("the shards were not audited")
	}
	c.least, c.copies = 1/float64(max(c.from, c.to)), c.sum/len(keys)
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

// share returns which share of the copies went to another shard.
func (c change) share() invariant.Number {
	n := len(c.moved)
	return invariant.Number{Value: float64(n) / float64(c.sum), From: fmt.Sprintf("%d of %d", n, c.sum)}
}

// fullest returns how many times the mean the shard has that has most.
func (c change) fullest(count map[string]int) invariant.Number {
	fullest, sum := "", 0
	for _, shard := range slices.Sorted(maps.Keys(count)) {
		sum += count[shard]
		if count[shard] > count[fullest] {
			fullest = shard
		}
	}
	from := fmt.Sprintf("%s with %d of %d on %d shards", fullest, count[fullest], sum, c.to)
	return invariant.Number{Value: float64(count[fullest]*c.to) / float64(sum), From: from}
}

// predict returns which share of the keys moves by the formula of the placement, and how many times the mean
// of the keys the fullest shard then has.
func predict(placement string, from, to int) (moves, fullest float64) {
	before, after, most := float64(from), float64(to), float64(max(from, to))
	switch {
	case placement == "modulo": // of so many hashes in a row, one has the same remainder as before
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
