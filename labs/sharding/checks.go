package sharding

import (
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

const (
	formulaSigmas   = 3    // standard deviations by which the keys moved may differ from the formula
	leastMoveSlack  = 0.5  // by which they may exceed the least that can move
	unservedFactor  = 3    // times the reads that the least move would leave unserved
	fullestAllowed  = 1.3  // times the mean of the keys
	hottestAllowed  = 1.75 // times the mean of the requests
	fewestUnderHeat = 24   // requests under a hot key, to speak of a balance
	unservedAllowed = 3    // reads on top of that: where few are expected, one more is chance
)

// inChange judges the change that an effect of that name began.
func inChange(name string, judge func(*invariant.View, change) invariant.Finding) func(*invariant.View) invariant.Finding {
	return func(v *invariant.View) invariant.Finding {
		c, err := changeOf(v, name)
		if err != nil {
			return invariant.Undecided("%v", err)
		}
		return judge(v, c)
	}
}

// asPredicted holds if the share of the keys that moved is what the placement's formula says.
var asPredicted = invariant.Predicted(movedAsPredicted, "as many keys move as the placement's formula says", invariant.Prediction{
	What: "keys moved",
	Unit: "%",
	Measure: func(v *invariant.View) (invariant.Number, error) {
		c, err := changeOf(v, resharded)
		return invariant.Number{Value: c.movedShare(), From: fmt.Sprintf("%d of %d", len(c.moved), c.copied)}, err
	},
	Theory: func(v *invariant.View) (invariant.Theory, error) {
		c, err := changeOf(v, resharded)
		want := predictMoved(c.scheme, c.from, c.to)
		chance := formulaSigmas * c.deviation(want)
		return invariant.Theory{
			Number: invariant.Number{Value: want, From: fmt.Sprintf("%s, %d → %d shards", c.scheme, c.from, c.to)},
			Less:   chance, More: chance, Tolerance: fmt.Sprintf("± %.1f %%: %d σ", 100*chance, formulaSigmas),
		}, err
	},
})

// minimal is Thaler and Ravishankar's minimal disruption: only what the new shard is to have, or the
// old one had, moves.
var minimal = invariant.Invariant{
	Name:  minimalDisruption,
	Claim: "no more keys move than one shard's share",
	Check: inChange(resharded, func(_ *invariant.View, c change) invariant.Finding {
		limit := c.leastShare() * (1 + leastMoveSlack)
		return invariant.Found(c.movedShare() <= limit, "%.1f %% of the keys moved, one shard's share is %.1f %%, limit %.1f %%: %.1f × that",
			100*c.movedShare(), 100*c.leastShare(), 100*limit, c.movedShare()/c.leastShare())
	}),
}

// available holds if no more reads go unserved while keys move than the least move would cost.
var available = invariant.Invariant{
	Name:  availability,
	Claim: fmt.Sprintf("at most %d × as many reads fail while keys move as if one shard's share moved", unservedFactor),
	Check: inChange(resharded, func(v *invariant.View, c change) invariant.Finding {
		reads, failed := 0, []string(nil)
		for e := range v.Effects(reading, missed) {
			switch {
			case !v.Load.Contains(e.At):
			case e.Name == reading:
				reads++
			default: // it met a key on its way
				failed = append(failed, e.Op)
			}
		}
		if len(c.moved) == 0 || reads == 0 {
			return invariant.Undecided("%d keys moved under %d reads", len(c.moved), reads)
		}
		limit := unservedFactor*c.leastUnserved(v) + unservedAllowed
		return invariant.Found(float64(len(failed)) <= limit, "%d reads unserved in a move of %s, predicted %.1f; one shard's share at that pace: %.1f, limit %.0f",
			len(failed), unit.Duration(c.took()), c.predictUnserved(v), c.leastUnserved(v), limit).Naming(failed)
	}),
}

// evenKeys holds if no shard has many more keys than the mean once all have moved.
var evenKeys = invariant.Invariant{
	Name:  keyBalance,
	Claim: fmt.Sprintf("no shard has more than %.1f × the mean of the keys", fullestAllowed),
	Check: inChange(resharded, func(v *invariant.View, c change) invariant.Finding {
		hottest, most, sum := fullest(keysOn(v))
		ratio := float64(most) * float64(c.to) / float64(sum)
		return invariant.Found(ratio <= fullestAllowed, "%s has %d of %d on %d shards = %.2f × the mean, predicted %.2f; limit %.1f",
			hottest, most, sum, c.to, ratio, c.predictFullest(), fullestAllowed)
	}),
}

// evenLoad holds if no shard serves many more requests than the mean while there is a hot key.
var evenLoad = invariant.Invariant{
	Name:  loadBalance,
	Claim: fmt.Sprintf("no shard serves more than %.2f × the mean of the requests", hottestAllowed),
	Check: inChange(heated, func(v *invariant.View, c change) invariant.Finding {
		hottest, most, sum := fullest(servedUnderHeat(v))
		if sum < fewestUnderHeat {
			return invariant.Undecided("%d requests served under the hot key, it takes %d", sum, fewestUnderHeat)
		}
		ratio := float64(most) * float64(c.to) / float64(sum)
		return invariant.Found(ratio <= hottestAllowed, "%s served %d of %d = %.2f × the mean, predicted %.2f with the hot key on %d of %d shards; limit %.2f",
			hottest, most, sum, ratio, c.predictImbalance(1.0/hotOneIn), c.copies, c.to, hottestAllowed)
	}),
}

// keysOn returns how many copies each shard has in the end.
func keysOn(v *invariant.View) map[string]int {
	count := map[string]int{}
	for e := range v.Effects(owed) {
		count[e.Key]++
	}
	return count
}

// servedUnderHeat returns how many requests each shard served of those sent while there was a hot key.
func servedUnderHeat(v *invariant.View) map[string]int {
	heated, count := map[string]bool{}, map[string]int{}
	for e := range v.Effects(underHeat) {
		heated[e.Op] = true
	}
	for e := range v.Effects(served) {
		if heated[e.Op] {
			count[e.Key]++
		}
	}
	return count
}

// fullest returns the shard that has most.
func fullest(count map[string]int) (shard string, most, sum int) {
	for s, n := range count {
		sum += n
		if n > most || n == most && s < shard {
			shard, most = s, n
		}
	}
	return shard, most, sum
}

// complete holds if in the end every copy of every key lies on the shard that the placement says and
// nowhere else, and holds a value that no acknowledged later write has replaced.
var complete = invariant.Invariant{
	Name:   kept,
	Claim:  "every key is where it belongs, once, with its last value",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		l := contentsOf(v)
		if len(l.owed) == 0 {
			return invariant.Undecided("the shards were not audited")
		}
		missing, stale, stray := 0, 0, 0
		for place := range l.owed {
			value, there := l.stored[place]
			switch {
			case !there:
				missing++
			case l.replaced(place.key, value):
				stale++
			}
		}
		for place := range l.stored {
			if !l.owed[place] {
				stray++
			}
		}
		return invariant.Found(missing+stale+stray == 0, "%d of %d copies where they belong, %d left behind, %d with a value that was overwritten",
			len(l.owed)-missing, len(l.owed), stray, stale)
	},
}

// place is a copy's.
type place struct{ shard, key string }

// contents is what a history says about what lies where.
type contents struct {
	owed   map[place]bool
	stored map[place]string
	writes map[string]invariant.Ops      // by key, those that were acknowledged
	byID   map[string]*history.Operation // of every write
}

func contentsOf(v *invariant.View) *contents {
	l := &contents{map[place]bool{}, map[place]string{}, map[string]invariant.Ops{}, map[string]*history.Operation{}}
	for e := range v.Effects(owed, stored, writing) {
		switch e.Name {
		case owed:
			l.owed[place{e.Key, e.Value}] = true
		case stored:
			key, value, _ := strings.Cut(e.Value, " ")
			l.stored[place{e.Key, key}] = value
		case writing:
			if op := v.Op(e); op != nil {
				l.byID[e.Op] = op
				l.writes[e.Key] = append(l.writes[e.Key], op)
			}
		}
	}
	return l
}

// replaced reports whether a write that was acknowledged began after the one that wrote value ended.
func (l *contents) replaced(key, value string) bool {
	ended := int32(-1) // the first value was there before everything
	if w, written := l.byID[value]; written {
		ended = w.Finish
	}
	return slices.ContainsFunc(l.writes[key].Served(), func(w *history.Operation) bool { return w.Start > ended })
}
