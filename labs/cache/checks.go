package cache

import (
	"errors"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// noStampede holds if no instance ever loads a product twice at the same time.
var noStampede = invariant.Invariant{
	Name:  stampede,
	Claim: "an instance loads a product at most once at a time",
	Check: func(v *invariant.View) invariant.Finding {
		type place struct{ key, by string }
		now, most, worst, all := map[place]int{}, 0, place{}, 0
		for e := range v.Effects(loading, loaded) {
			at := place{e.Key, e.By}
			if e.Name == loaded {
				now[at]--
				continue
			}
			all++
			if now[at]++; now[at] > most {
				most, worst = now[at], at
			}
		}
		if all == 0 {
			return invariant.Found(true, "nothing was ever loaded: the cache had it all")
		}
		return invariant.Found(most <= 1, "at most %d of %s at once in %s, limit 1; %d loads in all", most, worst.key, worst.by, all)
	},
}

// expiry is what a history tells of the recomputation of the hot entry once its expiry is near.
type expiry struct {
	loads int           // that were begun from the first one until a value was there again
	came  int           // readers that came in that time
	took  time.Duration // the first of the loads: Δ
	rate  float64       // reads of the hot product a second: λ
	waits int           // readers that found nothing
}

// expected is λ·Δ, the readers that arrive during one recomputation.
func (x expiry) expected() invariant.Number {
	return invariant.Number{
		Value: x.rate * x.took.Seconds(),
		From:  fmt.Sprintf("λ·Δ = %.0f/s × %.2f s", x.rate, x.took.Seconds()),
	}
}

func expiryOf(v *invariant.View) (x expiry, err error) {
	began := time.Duration(0)
	for e := range v.Effects(loading, loaded, missed) {
		switch {
		case e.Key != hot || !v.Faulty || e.At < v.Fault.From:
		case e.Name == missed:
			x.waits++
		case x.took > 0: // what follows is another recomputation
		case e.Name == loading && x.loads == 0:
			began = e.At
			x.loads++
		case e.Name == loading:
			x.loads++
		case x.loads > 0:
			x.took = max(e.At-began, time.Nanosecond)
		}
	}
	if x.took == 0 {
		return x, errors.New("the hot product was not recomputed under a fault")
	}
	reads := v.Select(invariant.Filter{Operation: reading, Key: hot})
	x.rate = reads.Rate()
	x.came = len(reads.In(history.Window{From: began, To: began + x.took}))
	return x, nil
}

// loadsWithin is the tolerance of hotLoads: who comes at the very beginning or end of Δ may or may not
// find the entry.
const loadsWithin = 0.5

// hotLoads counts the loads of the hot product from the first one on until a value is there again.
var hotLoads = invariant.Predicted(loads,
	"an expiry costs as many loads as theory predicts: λ·Δ where every reader loads, one an instance where they load together",
	invariant.Prediction{
		What: "loads of the hot product",
		Measure: func(v *invariant.View) (invariant.Number, error) {
			x, err := expiryOf(v)
			return invariant.Number{Value: float64(x.loads)}, err
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			x, err := expiryOf(v)
			if x.loads <= replicas {
				return invariant.AtMost(invariant.Number{Value: replicas, From: fmt.Sprintf("one an instance (%d readers came)", x.came)}), err
			}
			came := invariant.Number{Value: float64(x.came), From: fmt.Sprintf("readers in Δ (%s = %.0f)", x.expected().From, x.expected().Value)}
			return invariant.Near(came, loadsWithin), err
		},
	})

// noWaits holds if readers did not have to wait for the hot product's recomputation. A few may, where
// the machine stood still; without a recomputation ahead of the expiry it is all λ·Δ of them.
var noWaits = invariant.Invariant{
	Name:  waits,
	Claim: "the hot product is recomputed before it expires: fewer than λ·Δ ÷ 2 readers find nothing",
	Check: func(v *invariant.View) invariant.Finding {
		x, err := expiryOf(v)
		if err != nil {
			return invariant.Undecided("%v", err)
		}
		all := x.expected()
		return invariant.Found(float64(x.waits) < all.Value/2, "%d readers of the hot product found nothing and waited; %s = %.0f", x.waits, all.From, all.Value)
	},
}

// boundedDatabaseLoad holds if the database is asked for no more than it can do while the fault is on.
var boundedDatabaseLoad = invariant.Invariant{
	Name:  databaseLoad,
	Claim: "the database is asked for no more than its capacity while the cache is gone",
	Check: func(v *invariant.View) invariant.Finding {
		queries, readers := 0, len(v.Ops(reading).In(v.During()))
		for e := range v.Effects(queried) {
			if v.Fault.Contains(e.At) {
				queries++
			}
		}
		took := (v.Fault.To - v.Fault.From).Seconds()
		capacity := v.Ops(operation).Rate() / overload * took
		if capacity == 0 {
			return invariant.Undecided("no load, or no fault")
		}
		return invariant.Found(float64(queries) <= capacity, "%d queries in %.1f s = %.1f × its capacity; %.1f × if every reader asks",
			queries, took, float64(queries)/capacity, float64(readers)/capacity)
	},
}

// recovers holds if the system serves again once the fault is over. One that does not is metastable:
// its cause has gone and it stays down, held there by its own load.
var recovers = invariant.Recovery(invariant.Filter{Operation: operation}, 0.5, 0)
