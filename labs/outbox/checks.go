package outbox

import (
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
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
			return invariant.Number{Value: longest(v).took.Seconds()}, nil
		},
	})

const (
	notice = time.Second // for a poll that finds nothing, and for a call that began while the log was away
	calls  = 4           // of a relay: it finishes the event before, looks for the next, reads its row and sends it
)

// wait is what became of an event until the log had it.
type wait struct {
	took  time.Duration // from its order on, the fault's time left out
	ahead int           // earlier orders' events that the log got meanwhile
	each  time.Duration // one of them
	slow  time.Duration // the slowest request meanwhile that the fault was not to blame for
}

func (w wait) allowed() invariant.Number {
	return invariant.Number{
		Value: (notice + calls*w.slow + time.Duration(w.ahead)*w.each).Seconds(),
		From: fmt.Sprintf("%d ahead × %s + %d calls of %s + %s", w.ahead, unit.Duration(w.each), calls,
			unit.Duration(w.slow), unit.Duration(notice)),
	}
}

// longest returns the wait that took the largest part of what is allowed.
func longest(v *invariant.View) wait {
	first, requests, each, most, share := firstSent(v), v.Ops("").Served(), notice, wait{}, -1.
	for o, at := range first {
		if v.Phase(at) == invariant.Before {
			each = min(each, at-o.Invoke.At)
		}
	}
	for _, o := range v.Ops("") {
		at, found := first[o]
		if !found {
			continue
		}
		w := wait{took: beside(v, o.Invoke.At, at), each: each}
		for other, sent := range first {
			if other.Invoke.At < o.Invoke.At && sent > o.Invoke.At && sent < at {
				w.ahead++
			}
		}
		for _, r := range requests {
			if r.Invoke.At < at && r.End.At > o.Invoke.At && v.Met(r.Invoke.At, r.End.At) != invariant.During {
				w.slow = max(w.slow, r.End.At-r.Invoke.At)
			}
		}
		if s := w.took.Seconds() / w.allowed().Value; s > share {
			most, share = w, s
		}
	}
	return most
}

// firstSent returns when the log first acknowledged each order's event.
func firstSent(v *invariant.View) map[*history.Operation]time.Duration {
	first := map[*history.Operation]time.Duration{}
	for e := range v.Effects(sent) {
		o := v.Op(e)
		if _, seen := first[o]; o != nil && !seen {
			first[o] = e.At
		}
	}
	return first
}

// beside returns how much of the time from one instant to another lies outside the fault.
func beside(v *invariant.View, from, to time.Duration) time.Duration {
	return to - from - max(0, min(to, v.Fault.To)-max(from, v.Fault.From))
}
