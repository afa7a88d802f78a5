package outbox

import (
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	// An order that was accepted is shipped once, however often its event comes.
	toShipping  = invariant.Flow{Operation: "order", Done: shipped, Received: received, InFlight: inFlight}
	shippedOnce = invariant.ExactlyOnce(toShipping)
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

// lag holds if no event that the log acknowledged waited longer than the fault lasted, plus a second to notice its end.
var lag = invariant.Predicted("relay-lag", "an event waits no longer than the log is away", invariant.Prediction{
	What: "longest wait for the log", Unit: " s",
	Theory: func(v *invariant.View) (invariant.Theory, error) {
		long := v.Fault.To - v.Fault.From
		n := invariant.Number{Value: (long + time.Second).Seconds(), From: unit.Duration(long) + " + 1 s"}
		return invariant.AtMost(n), nil
	},
	Measure: func(v *invariant.View) (invariant.Number, error) {
		return invariant.Number{Value: slices.Max(append(v.Waits(sent), 0)).Seconds()}, nil
	},
})
