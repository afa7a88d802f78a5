package cache

import (
	"errors"
	"fmt"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

var (
	blastRadius = bearable(invariant.BlastRadius(invariant.Filter{}, nil, 1, 0.05))
	// A system that is still down once the fault is over, its load the same, is metastable.
	recovery = bearable(invariant.Recovery(invariant.Filter{}, 0.5, 0))
)

// service is what the database says of itself.
type service struct{ slots, took float64 } // queries at once; seconds that one takes

func serviceOf(v *invariant.View) (s service, err error) {
	n := 0.0
	for e := range v.Effects(provisioned, answered) {
		if e.Name == provisioned {
			s.slots = float64(e.N)
			continue
		}
		n++
		s.took += float64(e.N) / 1e6
	}
	if s.slots*n == 0 {
		return s, errors.New("the database answered no query")
	}
	s.took /= n
	return s, nil
}

// databaseLoad holds if the database is asked for no more than it can do while the fault is on.
var databaseLoad = bearable(invariant.Predicted("database-load",
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
		Theory: func(v *invariant.View) (t invariant.Theory, err error) {
			s, err := serviceOf(v)
			if err == nil && !v.Faulty {
				err = errors.New("no fault")
			}
			if err != nil {
				return t, err
			}
			seconds := (v.Fault.To - v.Fault.From).Seconds()
			return invariant.AtMost(invariant.Number{
				Value: s.slots * (1 + seconds/s.took),
				From:  fmt.Sprintf("%.0f at once + %.0f/s × %.1f s", s.slots, s.slots/s.took, seconds),
			}), nil
		},
	}))

// bearable returns the invariant for loads that the database can bear where each instance loads a product once at a
// time. For others it says nothing: no design of the lab could keep it.
func bearable(i invariant.Invariant) invariant.Invariant {
	check := i.Check
	i.Check = func(v *invariant.View) invariant.Finding {
		s, err := serviceOf(v)
		if err != nil {
			return check(v)
		}
		if n := needed(v, s); n > s.slots/s.took {
			return invariant.Undecided("even one load of a product at once in an instance needs %.1f queries/s of the "+
				"database's %.1f",
				n, s.slots/s.took)
		}
		return check(v)
	}
	return i
}

// needed returns how many queries a second it takes to load what was missed while the fault was on: of the hot product
// and the offer one at a time in each instance; of the others no more than are read, or than expire.
func needed(v *invariant.View, s service) (sum float64) {
	during, missing := v.During(), map[string]bool{}
	for e := range v.Effects(missed) {
		if during.Contains(e.At) {
			missing[e.Key] = true
		}
	}
	others := v.Ops(reading).In(during)
	for _, key := range []string{hot, offer} {
		f := invariant.Filter{Operation: reading, Key: key}
		if missing[key] {
			sum += min(v.Select(f).Rate(), replicas/s.took)
		}
		delete(missing, key)
		others = others.Where(func(o *history.Operation) bool { return o.Invoke.Key != key })
	}
	if len(missing) > 0 {
		sum += min(others.Rate(), tail/maxSpread.Seconds())
	}
	return sum
}
