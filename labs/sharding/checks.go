package sharding

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
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

func unknown(err error) invariant.Finding {
	return invariant.Finding{Status: invariant.Unknown, Evidence: err.Error()}
}

func holdsIf(ok bool, format string, args ...any) invariant.Finding {
	f := invariant.Finding{Status: invariant.Violated, Evidence: fmt.Sprintf(format, args...)}
	if ok {
		f.Status = invariant.Holds
	}
	return f
}

// asPredicted holds if the share of the keys that moved is what the placement's formula says.
var asPredicted = invariant.Invariant{
	Name:  movedAsPredicted,
	Claim: "as many keys move as the placement's formula says",
	Check: func(h history.History) invariant.Finding {
		c, err := changeOf(h, resharded)
		if err != nil {
			return unknown(err)
		}
		want := predictMoved(c.scheme, c.from, c.to)
		tolerance := formulaSigmas * c.deviation(want)
		return holdsIf(math.Abs(c.movedShare()-want) <= tolerance,
			"%d of %d keys moved = %.1f %%, predicted %.1f %% ± %.1f (%s, %d → %d shards, %d σ)",
			len(c.moved), c.copied, 100*c.movedShare(), 100*want, 100*tolerance, c.scheme, c.from, c.to, formulaSigmas)
	},
}

// minimal is Thaler and Ravishankar's minimal disruption: only what the new shard is to have, or the
// old one had, moves.
var minimal = invariant.Invariant{
	Name:  minimalDisruption,
	Claim: "no more keys move than one shard's share",
	Check: func(h history.History) invariant.Finding {
		c, err := changeOf(h, resharded)
		if err != nil {
			return unknown(err)
		}
		limit := c.leastShare() * (1 + leastMoveSlack)
		return holdsIf(c.movedShare() <= limit, "%.1f %% of the keys moved, one shard's share is %.1f %%, limit %.1f %%: %.1f × that",
			100*c.movedShare(), 100*c.leastShare(), 100*limit, c.movedShare()/c.leastShare())
	},
}

// available holds if no more reads go unserved while keys move than the least move would cost.
var available = invariant.Invariant{
	Name:  availability,
	Claim: fmt.Sprintf("at most %d × as many reads fail while keys move as if one shard's share moved", unservedFactor),
	Check: func(h history.History) invariant.Finding {
		c, err := changeOf(h, resharded)
		if err != nil {
			return unknown(err)
		}
		reads, failed := readsDuring(h, c)
		if len(c.moved) == 0 || reads == 0 {
			return unknown(fmt.Errorf("%d keys moved under %d reads", len(c.moved), reads))
		}
		limit := unservedFactor*c.leastUnserved(h) + unservedAllowed
		f := holdsIf(float64(len(failed)) <= limit, "%d reads unserved in a move of %s, predicted %.1f; one shard's share at that pace: %.1f, limit %.0f",
			len(failed), c.took().Round(10*time.Millisecond), c.predictUnserved(h), c.leastUnserved(h), limit)
		if f.Status == invariant.Violated {
			f.Ops = failed[:min(len(failed), invariant.MaxOps)]
		}
		return f
	},
}

// readsDuring counts the reads of the load, and those that met a key on its way.
func readsDuring(h history.History, c change) (reads int, failed []string) {
	for i := range h {
		switch e := &h[i]; {
		case e.Kind != history.Effect || !c.load.Contains(e.At):
		case e.Name == reading:
			reads++
		case e.Name == missed:
			failed = append(failed, e.Op)
		}
	}
	return reads, failed
}

// evenKeys holds if no shard has many more keys than the mean once all have moved.
var evenKeys = invariant.Invariant{
	Name:  keyBalance,
	Claim: fmt.Sprintf("no shard has more than %.1f × the mean of the keys", fullestAllowed),
	Check: func(h history.History) invariant.Finding {
		c, err := changeOf(h, resharded)
		if err != nil {
			return unknown(err)
		}
		hottest, most, sum := busiest(h, owed, nil)
		ratio := float64(most) * float64(c.to) / float64(sum)
		return holdsIf(ratio <= fullestAllowed, "%s has %d of %d on %d shards = %.2f × the mean, predicted %.2f; limit %.1f",
			hottest, most, sum, c.to, ratio, c.predictFullest(), fullestAllowed)
	},
}

// evenLoad holds if no shard serves many more requests than the mean while there is a hot key.
var evenLoad = invariant.Invariant{
	Name:  loadBalance,
	Claim: fmt.Sprintf("no shard serves more than %.2f × the mean of the requests", hottestAllowed),
	Check: func(h history.History) invariant.Finding {
		c, err := changeOf(h, heated)
		if err != nil {
			return unknown(err)
		}
		hottest, most, sum := busiest(h, served, heatedRequests(h))
		if sum < fewestUnderHeat {
			return unknown(fmt.Errorf("%d requests served under the hot key, it takes %d", sum, fewestUnderHeat))
		}
		ratio := float64(most) * float64(c.to) / float64(sum)
		return holdsIf(ratio <= hottestAllowed, "%s served %d of %d = %.2f × the mean, predicted %.2f with the hot key on %d of %d shards; limit %.2f",
			hottest, most, sum, ratio, c.predictImbalance(1.0/hotOneIn), c.copies, c.to, hottestAllowed)
	},
}

// heatedRequests returns the requests that were sent while there was a hot key.
func heatedRequests(h history.History) map[string]bool {
	ops := map[string]bool{}
	for i := range h {
		if e := &h[i]; e.Kind == history.Effect && e.Name == underHeat {
			ops[e.Op] = true
		}
	}
	return ops
}

// busiest returns the shard with the most effects of that name, of the operations named or, with nil,
// of all.
func busiest(h history.History, name string, of map[string]bool) (shard string, most, sum int) {
	count := countBy(h, name, of)
	for s, n := range count {
		sum += n
		if n > most || n == most && s < shard {
			shard, most = s, n
		}
	}
	return shard, most, sum
}

// countBy returns how many such effects each shard has.
func countBy(h history.History, name string, of map[string]bool) map[string]int {
	count := map[string]int{}
	for i := range h {
		if e := &h[i]; e.Kind == history.Effect && e.Name == name && (of == nil || of[e.Op]) {
			count[e.Key]++
		}
	}
	return count
}

// complete holds if in the end every copy of every key lies on the shard that the placement says and
// nowhere else, and holds a value that no acknowledged later write has replaced.
var complete = invariant.Invariant{
	Name:   kept,
	Claim:  "every key is where it belongs, once, with its last value",
	Safety: true,
	Check: func(h history.History) invariant.Finding {
		set, err := history.Operations(h)
		if err != nil {
			return unknown(err)
		}
		l := newContents(h, set)
		if len(l.owed) == 0 {
			return unknown(fmt.Errorf("the shards were not audited"))
		}
		missing, stale := 0, 0
		for place := range l.owed {
			value, there := l.stored[place]
			switch {
			case !there:
				missing++
			case l.replaced(place.key, value):
				stale++
			}
		}
		stray := 0
		for place := range l.stored {
			if !l.owed[place] {
				stray++
			}
		}
		return holdsIf(missing+stale+stray == 0, "%d of %d copies where they belong, %d left behind, %d with a value that was overwritten",
			len(l.owed)-missing, len(l.owed), stray, stale)
	},
}

// place is a copy's.
type place struct{ shard, key string }

// contents is what a history says about what lies where.
type contents struct {
	owed   map[place]bool
	stored map[place]string
	writes map[string][]*history.Operation // by key, those that were acknowledged
	byID   map[string]*history.Operation   // of every write
}

func newContents(h history.History, set *history.OperationSet) *contents {
	l := &contents{map[place]bool{}, map[place]string{}, map[string][]*history.Operation{}, map[string]*history.Operation{}}
	for i := range h {
		e := &h[i]
		if e.Kind != history.Effect {
			continue
		}
		switch e.Name {
		case owed:
			l.owed[place{e.Key, e.Value}] = true
		case stored:
			key, value, _ := strings.Cut(e.Value, " ")
			l.stored[place{e.Key, key}] = value
		case writing:
			if at := set.Find(e.Op); at >= 0 {
				op := &set.All[at]
				l.byID[e.Op] = op
				if op.Outcome() == history.OK {
					l.writes[e.Key] = append(l.writes[e.Key], op)
				}
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
	return slices.ContainsFunc(l.writes[key], func(w *history.Operation) bool { return w.Start > ended })
}
