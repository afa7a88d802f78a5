package sharding

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

const (
	formulaSigmas   = 3    // standard deviations by which the keys moved may differ from the formula
	leastMoveFactor = 1.5  // times the least that can move
	unservedFactor  = 3    // times the gets that the least move would leave unserved
	unservedAllowed = 3    // gets on top of that: where few are expected, one more is chance
	fullestAllowed  = 1.3  // times the mean of the keys
	hottestAllowed  = 1.75 // times the mean of the requests
)

// compared is an invariant of the change that of returns: a number of it is what theory says.
func compared(name, claim, what, unit string, of func(*invariant.View) (change, error), compare func(*invariant.View, change) (invariant.Number, invariant.Theory)) invariant.Invariant {
	return invariant.Predicted(name, claim, invariant.Prediction{
		What: what,
		Unit: unit,
		Measure: func(v *invariant.View) (invariant.Number, error) {
			c, err := of(v)
			measured, _ := compare(v, c)
			return measured, err
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			c, err := of(v)
			_, theory := compare(v, c)
			return theory, err
		},
	})
}

// upTo is a theory from which a history may differ up to a limit.
func upTo(limit float64, text string, predicted invariant.Number) invariant.Theory {
	return invariant.Theory{Number: predicted, Less: math.Inf(1), More: limit - predicted.Value, Tolerance: "limit " + text}
}

// minimalDisruption is Thaler and Ravishankar's: only what the new shard is to have, or the old one had, moves.
var minimalDisruption = compared("minimal-disruption", "no more keys move than one shard's share", "keys moved", "%", moveOf,
	func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		limit := leastMoveFactor * c.leastShare()
		return c.movedShare(), upTo(limit, fmt.Sprintf("%.1f %%", 100*limit), invariant.Number{Value: c.leastShare(), From: "one shard's share"})
	})

var movedAsPredicted = compared("moved-as-predicted", "as many keys move as the placement's formula says", "keys moved", "%", moveOf,
	func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		share, _ := predict(c.placement, c.from, c.to)
		chance := formulaSigmas * c.deviation(share)
		return c.movedShare(), invariant.Theory{
			Number: invariant.Number{Value: share, From: fmt.Sprintf("%s, %d → %d shards", c.placement, c.from, c.to)},
			Less:   chance, More: chance, Tolerance: fmt.Sprintf("± %.1f %%: %d σ", 100*chance, formulaSigmas),
		}
	})

var availability = compared("availability", fmt.Sprintf("at most %d × as many gets fail while keys move as if one shard's share moved", unservedFactor), "gets unserved", "", moveOf,
	func(v *invariant.View, c change) (invariant.Number, invariant.Theory) {
		gets := v.Ops(get)
		predicted, least := c.exposure(v), c.leastExposure(v)
		if c.copies > 1 {
			predicted = 0 // another copy stays where it is
		}
		limit := math.Floor(unservedFactor*least + unservedAllowed)
		return invariant.Number{Value: float64(len(gets) - len(gets.Served()))},
			upTo(limit, fmt.Sprintf("%g: %d × %.1f, for one shard's share, + %d", limit, unservedFactor, least, unservedAllowed), invariant.Number{Value: predicted})
	})

var keyBalance = compared("key-balance", fmt.Sprintf("no shard has more than %g × the mean of the keys", fullestAllowed), "keys", "×", changeOf,
	func(_ *invariant.View, c change) (invariant.Number, invariant.Theory) {
		_, fullest := predict(c.placement, c.from, c.to)
		return c.fullest(c.owed), upTo(fullestAllowed, fmt.Sprintf("%g×", fullestAllowed), invariant.Number{Value: fullest})
	})

// loadBalance predicts the hot key's part on each of its copies' shards, and an even part of the other requests.
var loadBalance = compared("load-balance", fmt.Sprintf("no shard serves more than %g × the mean of the requests while a key is hot", hottestAllowed), "requests", "×", heatOf,
	func(v *invariant.View, c change) (invariant.Number, invariant.Theory) {
		hottest := hotShare*float64(c.to)/float64(c.copies) + (1 - hotShare)
		from := fmt.Sprintf("%g × %d/%d + %g", hotShare, c.to, c.copies, 1-hotShare)
		return c.fullest(servedInFault(v)), upTo(hottestAllowed, fmt.Sprintf("%g×", hottestAllowed), invariant.Number{Value: hottest, From: from})
	})

// fullest returns how many times the mean the shard has that has most.
func (c change) fullest(count map[string]int) invariant.Number {
	fullest, sum := "", 0
	for _, shard := range slices.Sorted(maps.Keys(count)) {
		sum += count[shard]
		if count[shard] > count[fullest] {
			fullest = shard
		}
	}
	return invariant.Number{
		Value: float64(count[fullest]*c.to) / float64(sum),
		From:  fmt.Sprintf("%s with %d of %d on %d shards", fullest, count[fullest], sum, c.to),
	}
}

// servedInFault returns how many of the requests that were sent while the fault was on each shard served.
func servedInFault(v *invariant.View) map[string]int {
	count := map[string]int{}
	for e := range v.Effects(served) {
		if o := v.Op(e); o != nil && v.During().Contains(o.Invoke.At) {
			count[e.Key]++
		}
	}
	return count
}

// kept holds if in the end every copy of every key lies on the shard that the placement says and nowhere else,
// and holds a value that no acknowledged later put has replaced.
var kept = invariant.Invariant{
	Name:   "kept",
	Claim:  "every key is where it belongs, once, with its last value",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		belongs, puts := map[[2]string]bool{}, map[string]invariant.Ops{}
		for e := range v.Effects(owed) {
			belongs[[2]string{e.Key, e.Value}] = true
		}
		if len(belongs) == 0 {
			return invariant.Undecided("the shards were not audited")
		}
		for _, o := range v.Ops(put).Served() {
			puts[o.Invoke.Key] = append(puts[o.Invoke.Key], o)
		}
		right, stray, lost := 0, 0, invariant.Ops{}
		for e := range v.Effects(stored) {
			wrote := v.Op(e) // nil where no put wrote the value: it was there before them all
			later := puts[e.Value].Where(func(o *history.Operation) bool { return wrote == nil || o.Start > wrote.Finish })
			switch {
			case !belongs[[2]string{e.Key, e.Value}]:
				stray++
			case len(later) > 0:
				lost = append(lost, later[len(later)-1])
			default:
				right++
			}
		}
		return invariant.Found(right == len(belongs) && stray == 0, "%d of %d copies where they belong and up to date, %d lost, %d overwritten with an older value, %d left behind",
			right, len(belongs), len(belongs)-right-len(lost), len(lost), stray).Naming(lost.IDs())
	},
}
