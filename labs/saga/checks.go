package saga

import (
	"fmt"
	"math"
	"slices"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// state is what the tables say of a trip.
type state struct {
	booked, released int    // steps
	outcome          string // "booked", "refused" or none
	double           bool
}

// half reports whether some of a trip's steps stand and others don't, or if it is not as its outcome says.
func (s state) half() bool {
	live := s.booked - s.released
	return live != 0 && live != len(names) || s.outcome == "booked" && live == 0 || s.outcome == "refused" && live != 0
}

// twice reports whether an agency has two bookings of the trip.
func (s state) twice() bool { return s.double }

// states returns the state of every trip that left a trace.
func states(v *invariant.View) map[string]state {
	all, at := map[string]state{}, map[string]bool{}
	for e := range v.Effects(booked, released, settled) {
		s := all[e.Op]
		switch e.Name {
		case booked:
			if at[e.Op+e.Key] {
				s.double = true
				break
			}
			s.booked++
			at[e.Op+e.Key] = true
		case released:
			s.released++
		case settled:
			s.outcome = e.Value
		}
		all[e.Op] = s
	}
	return all
}

// which returns the trips of which it is so.
func which(all map[string]state, is func(state) bool) (ids []string) {
	for id, s := range all {
		if is(s) {
			ids = append(ids, id)
		}
	}
	return ids
}

// never holds if there are trips, and of none it is so.
func never(name, claim, what string, is func(state) bool) invariant.Invariant {
	return invariant.Invariant{Name: name, Claim: claim, Safety: true, Check: func(v *invariant.View) invariant.Finding {
		all := states(v)
		if len(all) == 0 {
			return invariant.Undecided("no trip left a trace")
		}
		ids := which(all, is)
		return invariant.Found(len(ids) == 0, "%s, %d %s", unit.Many(len(all), "trip"), len(ids), what).Naming(ids)
	}}
}

var (
	allOrNothing = never("all-or-nothing", "all three steps of a trip stand or none, as its outcome says",
		"half-booked", state.half)
	bookedOnce = never("booked-once", "no agency books a trip twice", "booked twice", state.twice)
	// settledAll holds if every accepted trip has come to its end.
	settledAll = invariant.Conservation(invariant.Flow{Operation: "trip", Done: settled})
)

// halfBooked compares the trips that are left half-booked with what is refused where nobody undoes anything. A binomial
// count is further away than four standard deviations once in ten thousand runs.
var halfBooked = invariant.Predicted("half-booked", "with no compensation the share P that is refused stays so",
	invariant.Prediction{
		What: "trips half-booked",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			came := map[string]bool{}
			for e := range v.Effects(risked) {
				came[e.Op] = true
			}
			n := float64(len(came))
			spread := 4 * math.Sqrt(n*refusedShare*(1-refusedShare))
			return invariant.Theory{
				Number: invariant.Number{Value: n * refusedShare, From: fmt.Sprintf("%.0f trips × %.2f", n, refusedShare)},
				Less:   spread, More: spread, Tolerance: "± 4 √(n·P·(1−P))",
			}, nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			return invariant.Counted(which(states(v), state.half)), nil
		},
	})

// compensations compares what was released with the steps before the one that was refused.
var compensations = invariant.Predicted("compensations", "a refused trip is undone step by step, as it was booked",
	invariant.Prediction{
		What: "bookings released",
		Theory: func(v *invariant.View) (t invariant.Theory, err error) {
			by := refusals(v)
			for _, agency := range by {
				t.Value += float64(slices.Index(names, agency))
			}
			t.From = "steps before the refusal of " + unit.Many(len(by), "trip")
			return t, nil
		},
		Measure: func(v *invariant.View) (n invariant.Number, err error) {
			for _, s := range states(v) {
				n.Value += float64(s.released)
			}
			return n, nil
		},
	})

// refusals returns which agency refused a trip.
func refusals(v *invariant.View) map[string]string {
	by := map[string]string{}
	for e := range v.Effects(refused) {
		by[e.Op] = e.Key
	}
	return by
}

// needless compares the trips that were refused with those that an agency had no room for.
var needless = invariant.Predicted("refused-for-want-of-room", "a trip is refused only if an agency is sold out",
	invariant.Prediction{
		What: "trips refused",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			n := len(refusals(v))
			return invariant.Theory{Number: invariant.Number{Value: float64(n), From: "that an agency refused"}}, nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			return invariant.Counted(which(states(v), func(s state) bool { return s.outcome == "refused" })), nil
		},
	})
