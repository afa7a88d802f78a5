package outbox

import (
	"fmt"
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
	// Nothing of an order changes on its way.
	asAsked = invariant.AsAsked(stored, published, shipped)
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

// lag holds if an event waits, the fault's time left out, no longer than the relay takes to notice that the log is back
// and to send those before it, with calls as slow as the slowest request meanwhile.
var lag = invariant.Predicted("relay-lag", "an event waits for the log only while it is away, and for those before it",
	invariant.Prediction{
		What: "longest wait beside the fault", Unit: " s",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			return invariant.AtMost(longest(v).allowed()), nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			return invariant.Number{Value: longest(v).Beside.Seconds()}, nil
		},
	})

const (
	notice = time.Second // for a poll that finds nothing, and for a call that began while the log was away
	calls  = 4           // of a relay: it finishes the event before, looks for the next, reads its row and sends it
)

// wait is what became of an event until the log had it.
type wait struct {
	invariant.Wait
	each time.Duration // what one ahead takes
	slow time.Duration // the slowest request meanwhile that the fault was not to blame for
}

func (w wait) allowed() invariant.Number {
	return invariant.Number{
		Value: (notice + calls*w.slow + time.Duration(w.Ahead)*w.each).Seconds(),
		From: fmt.Sprintf("%d ahead × %s + %d calls of %s + %s", w.Ahead, unit.Duration(w.each), calls,
			unit.Duration(w.slow), unit.Duration(notice)),
	}
}

// longest returns the wait that took the largest part of what is allowed.
func longest(v *invariant.View) (most wait) {
	share, requests := -1., v.Ops("").Served()
	waits, each := v.Waits(v.Effects(sent))
	for _, until := range waits {
		w := wait{Wait: until, each: each}
		for _, r := range requests {
			if r.Invoke.At < w.At && r.End.At > w.Op.Invoke.At && v.Met(r.Invoke.At, r.End.At) != invariant.During {
				w.slow = max(w.slow, r.End.At-r.Invoke.At)
			}
		}
		if s := w.Beside.Seconds() / w.allowed().Value; s > share {
			most, share = w, s
		}
	}
	return most
}
