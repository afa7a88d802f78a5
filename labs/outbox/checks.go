package outbox

import (
	"time"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	// An order that was accepted is shipped once, however often its event comes.
	toShipping  = invariant.Flow{Operation: "order", Done: shipped, Received: received, InFlight: inFlight}
	shippedOnce = invariant.ExactlyOnce(toShipping)
	amounts     = invariant.Amounts(toShipping, "")
	// The log has a customer's orders in the order in which they were placed.
	inOrder = invariant.Order(invariant.Sequence{Operation: "order", Effect: published})
)

// bothOrNeither holds if the table and the log have the same orders.
var bothOrNeither = invariant.Invariant{
	Name:   "both-or-neither",
	Claim:  "every order in the table has its event in the log, and no event lacks its order",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		rows, events := v.Lacking(stored, ""), v.Lacking(published, "")
		if len(rows)+len(events) == 0 {
			return invariant.Undecided("neither has any")
		}
		silent, orphans := v.Lacking(stored, published), v.Lacking(published, stored)
		return invariant.Found(len(silent)+len(orphans) == 0,
			"%s in the table, %d without event; %s in the log, %d without order",
			unit.Many(len(rows), "order"), len(silent), unit.Many(len(events), "event"), len(orphans)).
			Naming(append(silent, orphans...))
	},
}

// missing holds if only orders that a service left half-way, by a crash or for want of an answer, lack their event.
var missing = invariant.Predicted("missing-events", "only orders left half-way lack their event", invariant.Prediction{
	What: "events missing",
	Theory: func(v *invariant.View) (invariant.Theory, error) {
		return invariant.AtMost(invariant.Counted(v.Lacking(halfWay, sent))), nil
	},
	Measure: func(v *invariant.View) (invariant.Number, error) {
		return invariant.Counted(v.Lacking(stored, published)), nil
	},
})

// lag holds if no event waits for the log for longer than notice, the fault's time left out: a relay polls, and has to
// notice that the log is back.
var lag = invariant.Predicted("relay-lag", "an event waits for the log only while it is away", invariant.Prediction{
	What: "longest wait beside the fault", Unit: " s",
	Theory: func(*invariant.View) (invariant.Theory, error) {
		return invariant.AtMost(invariant.Number{Value: notice.Seconds(), From: "a poll and a call"}), nil
	},
	Measure: func(v *invariant.View) (invariant.Number, error) {
		longest, seen := time.Duration(0), map[string]bool{}
		for e := range v.Effects(sent) {
			if o := v.Op(e); o != nil && !seen[e.Op] {
				seen[e.Op] = true
				longest = max(longest, beside(v, o.Invoke.At, e.At))
			}
		}
		return invariant.Number{Value: longest.Seconds()}, nil
	},
})

const notice = time.Second

// beside returns how much of the time from one instant to another lies outside the fault.
func beside(v *invariant.View, from, to time.Duration) time.Duration {
	return to - from - max(0, min(to, v.Fault.To)-max(from, v.Fault.From))
}
