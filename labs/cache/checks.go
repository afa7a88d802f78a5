package cache

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	blastRadius = invariant.BlastRadius(invariant.Filter{}, nil, 1, 0.05)
	// A system that is still down once the fault is over, its load the same, is metastable.
	recovery  = invariant.Recovery(invariant.Filter{}, 0.5, 0)
	staleness = invariant.Staleness(invariant.Registers{Read: reading, Write: writing, Initial: initial}, 0)
)

// stampede holds if no instance ever loads a product twice at the same time.
var stampede = invariant.Invariant{
	Name:  "stampede",
	Claim: "an instance loads a product at most once at a time",
	Check: func(v *invariant.View) invariant.Finding {
		now, most, all := map[[2]string]int{}, 0, 0 // loads of a product in an instance
		for e := range v.Effects(loading, loaded) {
			at := [2]string{e.Key, e.By}
			if e.Name == loaded {
				now[at]--
				continue
			}
			all++
			now[at]++
			most = max(most, now[at])
		}
		return invariant.Found(most <= 1, "%s, at most %d of a product at once in an instance, limit 1",
			unit.Many(all, "load"), most)
	},
}

// expiry is what a history tells of the recomputation of the hot entry once it is gone, or is about to be.
type expiry struct {
	who     string           // loads
	loads   float64          // that were begun from the first one until a value was there again
	waits   float64          // readers that found nothing
	readers invariant.Number // λ·Δ, those that arrive during one recomputation
}

// ofExpiry returns what tells something of the expiry in a history.
func ofExpiry[T any](tell func(x expiry) T) func(*invariant.View) (T, error) {
	return func(v *invariant.View) (T, error) {
		x, began := expiry{}, time.Duration(0)
		for e := range v.Effects(loading, loaded) {
			switch {
			case e.Key != hot || !v.Faulty || e.At < v.Fault.From:
			case e.Name == loading:
				if x.loads == 0 {
					x.who, began = e.Value, e.At
				}
				x.loads++
			case x.loads > 0:
				took, rate := (e.At - began).Seconds(), v.Select(invariant.Filter{Operation: reading, Key: hot}).Rate()
				x.readers = invariant.Number{Value: rate * took, From: fmt.Sprintf("λ·Δ = %.0f/s × %.2f s", rate, took)}
				x.waits = float64(len(v.Caused(missed, hot)))
				return tell(x), nil
			}
		}
		return tell(x), errors.New("the hot product was not recomputed under a fault")
	}
}

var loads = invariant.Predicted("loads",
	"an expiry costs as many loads as theory predicts: λ·Δ where every reader loads, else one an instance, "+
		"or one of all",
	invariant.Prediction{
		What:    "loads of the hot product",
		Measure: ofExpiry(func(x expiry) invariant.Number { return invariant.Number{Value: x.loads} }),
		Theory: ofExpiry(func(x expiry) invariant.Theory {
			if most := map[string]float64{oneAnInstance: replicas, oneOfAll: 1}[x.who]; most > 0 {
				return invariant.AtMost(invariant.Number{Value: most, From: x.who})
			}
			// Readers arrive independently of each other, as a Poisson process does; its deviation is √(λ·Δ).
			spread := 3 * math.Sqrt(x.readers.Value)
			return invariant.Theory{Number: x.readers, Less: spread, More: spread,
				Tolerance: fmt.Sprintf("± 3·√(λ·Δ) = %.0f", spread)}
		}),
	})

// waits allows for a few readers, where the machine stood still; without a recomputation ahead it is all λ·Δ of them.
var waits = invariant.Predicted("waits",
	"the hot product is recomputed before it expires: at most λ·Δ ÷ 2 readers find nothing",
	invariant.Prediction{
		What:    "readers of the hot product that found nothing",
		Measure: ofExpiry(func(x expiry) invariant.Number { return invariant.Number{Value: x.waits} }),
		Theory: ofExpiry(func(x expiry) invariant.Theory {
			return invariant.AtMost(invariant.Number{Value: x.readers.Value / 2, From: x.readers.From + " ÷ 2"})
		}),
	})

// databaseLoad holds if the database is asked for no more than it can do while the fault is on.
var databaseLoad = invariant.Predicted("database-load",
	"the database is asked for no more than its capacity while the fault is on",
	invariant.Prediction{
		What: "queries while the fault is on",
		Measure: func(v *invariant.View) (queries invariant.Number, err error) {
			for e := range v.Effects(queried) {
				if v.Fault.Contains(e.At) {
					queries.Value++
				}
			}
			return queries, nil
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			rate, took := v.Ops("").Rate()/overload, (v.Fault.To - v.Fault.From).Seconds()
			if rate*took == 0 {
				return invariant.Theory{}, errors.New("no load, or no fault")
			}
			from := fmt.Sprintf("its capacity of %.0f/s × %.1f s", rate, took)
			return invariant.AtMost(invariant.Number{Value: rate * took, From: from}), nil
		},
	})
