package eventbus

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	services = []string{billing, "shipping", "analytics"}
	once     = invariant.Duplicates(invariant.Flow{Operation: "order", Branches: services, Done: done})
	amounts  = invariant.Amounts(invariant.Flow{Operation: "order", Branches: services, Done: done}, "")
	// A target that does not take its events has no part in how soon another has its own.
	bystander = invariant.CompletionLatency(
		invariant.Flow{Operation: "order", Branches: []string{"analytics"}, Done: handled}, 5, 250*time.Millisecond)
)

// at is an order at a service.
type at struct{ order, service string }

// found returns the orders at services that have one of the effects.
func found(v *invariant.View, effects ...string) map[at]bool {
	all := map[at]bool{}
	for e := range v.Effects(effects...) {
		all[at{e.Op, e.Key}] = true
	}
	return all
}

// losses returns how many deliveries the accepted orders are owed, and the orders that a service lacks, that service's
// queue and the dead-letter queue as well. An order of unknown outcome is accepted if any service knows it.
func losses(v *invariant.View) (owed int, lacking []at) {
	settled, known := found(v, done, inFlight, parked), map[string]bool{}
	for a := range settled {
		known[a.order] = true
	}
	for _, o := range v.Ops("order") {
		if id := o.Invoke.Op; o.Outcome() == history.OK || o.Outcome() == history.Unknown && known[id] {
			for _, r := range rules {
				if !r.wants(id) {
					continue
				}
				if owed++; !settled[at{id, r.name}] {
					lacking = append(lacking, at{id, r.name})
				}
			}
		}
	}
	return owed, lacking
}

// delivered holds if no event is lost between the bus and a service's table.
var delivered = invariant.Invariant{
	Name:   "delivered",
	Claim:  "every order has its effect at each service that its rule sends it to, or waits in a queue",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		owed, lacking := losses(v)
		switch {
		case owed == 0:
			return invariant.Undecided("no order was accepted")
		case len(lacking) > 0 && !v.Complete:
			return invariant.Undecided("the history ends early, and %s may still come", unit.Many(len(lacking), "event"))
		}
		var ids []string
		for _, a := range lacking {
			ids = append(ids, a.order)
		}
		left := found(v, parked)
		return invariant.Found(len(lacking) == 0, "%s owed, %d lost, %d in the dead-letter queue",
			unit.Many(owed, "delivery", "deliveries"), len(lacking), len(left)).Naming(ids)
	},
}

// lost holds if only those events are lost that the bus gave up with nothing to catch them, or that a service deleted
// itself with no archive to send them again.
var lost = invariant.Predicted("lost-events", "lost is what outlives the retry policy, and what was deleted unworked",
	invariant.Prediction{
		What: "events lost",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			nets, p, err := set(v)
			if err != nil || nets == "archive" {
				return invariant.Theory{}, err
			}
			deleted, kept := found(v, ignored), found(v, handled)
			maps.DeleteFunc(deleted, func(a at, _ bool) bool { return kept[a] })
			theory := invariant.Theory{Number: invariant.Number{Value: float64(len(deleted))}}
			if nets != "" {
				return theory, nil
			}
			least, mean, most := p.span()
			gone := func(late bool, span time.Duration) float64 { return float64(givenUp(v, late, span)) }
			middle, few, many := gone(false, mean), gone(true, most), gone(false, least)
			theory.Value += middle
			theory.Less, theory.More = middle-few, many-middle
			if many > 0 {
				theory.From = fmt.Sprintf("%d refused for longer than %s", int(middle), unit.Duration(mean))
				theory.Tolerance = fmt.Sprintf("%s to %s, as the jitter falls", unit.Duration(least), unit.Duration(most))
			}
			return theory, nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			_, lacking := losses(v)
			return invariant.Counted(lacking), nil
		},
	})

// set returns what catches what the bus gives up, and its policy.
func set(v *invariant.View) (nets string, p policy, err error) {
	for e := range v.Effects(settings) {
		age, err := time.ParseDuration(e.Value)
		return e.Key, policy{int32(e.N), age}, err
	}
	return "", p, fmt.Errorf("there are no settings")
}

// givenUp counts the accepted orders whose event billing's queue refused at first and still refused a span later. A
// delivery begins when the request is sent, or, late, when it is answered.
func givenUp(v *invariant.View, late bool, span time.Duration) (n int) {
	var from time.Duration
	for e := range v.Effects(refuses) {
		if e.N == 1 {
			from = e.At
			continue
		}
		for _, o := range v.Ops("order").Served() {
			begun := o.Invoke.At
			if late {
				begun = o.End.At
			}
			if begun >= from && begun+span < e.At {
				n++
			}
		}
	}
	return n
}

// replays holds if a replay brings billing all that was put on the bus in its window, and nobody anything else.
var replays = invariant.Predicted("replayed-events", "a replay sends what was archived in its window",
	invariant.Prediction{
		What: "deliveries replayed",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			var inside []string
			for w := range v.Effects(window) {
				long, err := time.ParseDuration(w.Value)
				if err != nil {
					return invariant.Theory{}, err
				}
				for e := range v.Effects(placed) {
					if e.N >= w.N && e.N <= w.N+int64(long.Seconds()) {
						inside = append(inside, e.Op)
					}
				}
			}
			slices.Sort(inside)
			t := invariant.Theory{Number: invariant.Counted(slices.Compact(inside))}
			orders := v.Ops("order")
			unknown := orders.Where(func(o *history.Operation) bool { return o.Outcome() == history.Unknown })
			if t.Value > 0 {
				t.More = float64(len(unknown))
			}
			return t, nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			return invariant.Number{Value: float64(len(found(v, replayed)))}, nil
		},
	})

// misrouted holds if no service gets an order that its rule does not match.
var misrouted = invariant.Invariant{
	Name:   "misrouted",
	Claim:  "a service gets the orders that its rule matches, and no others",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		n := 0
		var wrong []string
		for e := range v.Effects(received) {
			n++
			if !slices.ContainsFunc(rules, func(r rule) bool { return r.name == e.Key && r.wants(e.Op) }) {
				wrong = append(wrong, e.Op)
			}
		}
		if n == 0 {
			return invariant.Undecided("no service received anything")
		}
		return invariant.Found(len(wrong) == 0, "%s received, %d misrouted", unit.Many(n, "event"), len(wrong)).Naming(wrong)
	},
}
