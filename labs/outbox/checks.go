package outbox

import (
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	// An order that was accepted is shipped once, however often its event comes.
	shippedOnce = invariant.ExactlyOnce(invariant.Flow{Operation: "order", Done: shipped, Received: received, InFlight: inFlight})
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
		return invariant.Found(len(silent)+len(orphans) == 0, "%s in the table, %d without event; %s in the log, %d without order",
			unit.Many(len(rows), "order"), len(silent), unit.Many(len(events), "event"), len(orphans)).
			Naming(append(silent, orphans...))
	},
}

// missing holds if events are missing of those orders alone that a service left half-way: it died in between, or
// the log did not answer, and may have the event or not.
var missing = invariant.Predicted("missing-events", "events are missing of orders left half-way alone", invariant.Prediction{
	What: "events missing",
	Theory: func(v *invariant.View) (invariant.Theory, error) {
		return invariant.AtMost(invariant.Counted(v.Lacking(halfWay, sent))), nil
	},
	Measure: func(v *invariant.View) (invariant.Number, error) {
		return invariant.Counted(v.Lacking(stored, published)), nil
	},
})

// lag holds if no event that comes waits for longer than the fault lasts and a relay takes to notice its end.
var lag = invariant.Predicted("relay-lag", "an event is in the log at the latest when it answers again", invariant.Prediction{
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
