package dlq

import (
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// What became of an order, as the workers tell it while it happens, and as the audit finds it in
// the end.
var (
	believed = invariant.Flow{Operation: "order", Branches: branches, Done: handled}
	proven   = invariant.Flow{Operation: "order", Branches: branches, Done: done}
)

var (
	progress = enough(invariant.Progress(believed))
	// Even with one worker instead of two, which is then busy for 60 % of its time, the p99 of waiting is 4.3 service
	// times (M/D/1).
	latency      = enough(invariant.CompletionLatency(believed, 5, 0))
	receives     = invariant.MaxReceives(proven, maxReceives)
	conservation = invariant.Conservation(proven)
	exactlyOnce  = invariant.ExactlyOnce(proven)
	amounts      = invariant.Amounts(proven, "")
)

// enough leaves a check undecided where so few orders are poisoned that even without a bound on receives a queue's
// workers have a hand free.
func enough(inv invariant.Invariant) invariant.Invariant {
	check := inv.Check
	inv.Check = func(v *invariant.View) invariant.Finding {
		poison := v.Ops("order").Where(func(o *history.Operation) bool { return o.Invoke.Value == string(fault.Poisoned) })
		if n := len(poison); 0 < n && n < workers*batch {
			return invariant.Undecided("%d poisoned orders: %d stop a queue's workers", n, workers*batch)
		}
		return check(v)
	}
	return inv
}

// catchUp holds if what is done waits only for the fault: beside its time, for the orders that are done meanwhile, one
// after the other and each as the fastest, and for a dead worker's visibility timeout. A queue promises no order.
var catchUp = invariant.Predicted("catch-up",
	"after the fault the orders that waited are done, one after the other at least",
	invariant.Prediction{
		What: "longest wait beside the fault", Unit: " s",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			w, each := longest(v)
			return invariant.AtMost(allowed(v, w, each)), nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			w, _ := longest(v)
			return invariant.Number{Value: w.Beside.Seconds()}, nil
		},
	})

func allowed(v *invariant.View, w invariant.Wait, each time.Duration) invariant.Number {
	others, hidden := w.Ahead+w.Passed, 10*batch*perOrder(v)+time.Second
	return invariant.Number{
		Value: (time.Duration(others)*each + hidden).Seconds(),
		From:  fmt.Sprintf("%d others × %s + %s hidden", others, unit.Duration(each), unit.Duration(hidden)),
	}
}

// longest returns the wait for a branch that took the largest part of what is allowed, and what one other takes.
func longest(v *invariant.View) (most invariant.Wait, each time.Duration) {
	share := -1.
	for _, branch := range branches {
		waits, fastest := v.Waits(on(v.Effects(handled), branch))
		for _, w := range waits {
			if s := w.Beside.Seconds() / allowed(v, w, fastest).Value; s > share {
				most, each, share = w, fastest, s
			}
		}
	}
	return most, each
}

// on yields the effects on one branch.
func on(effects iter.Seq[*history.Event], branch string) iter.Seq[*history.Event] {
	return func(yield func(*history.Event) bool) {
		for e := range effects {
			if e.Key == branch && !yield(e) {
				return
			}
		}
	}
}

// perOrder returns what an order costs a worker, by the traffic.
func perOrder(v *invariant.View) time.Duration { return serviceTime(v.Ops("order").Rate()) }

// pace holds if no worker receives more messages than it can work at during the fault, and a batch. What an order
// costs is known as well as the rate is: three standard deviations of a Poisson count are allowed.
var pace = invariant.Predicted("receive-pace", "no worker receives messages faster than it can work at them",
	invariant.Prediction{
		What: "most receives of a worker during the fault",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			long, each, n := v.During().To-v.During().From, perOrder(v), float64(len(v.Ops("order")))
			most := invariant.AtMost(invariant.Number{
				Value: float64(long)/float64(each) + batch,
				From:  fmt.Sprintf("%s / %s + %d", unit.Duration(long), unit.Duration(each), batch),
			})
			most.More, most.Tolerance = most.Value*3/math.Sqrt(n), fmt.Sprintf("or less; + 3/√%.0f", n)
			return most, nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			most, of := 0, map[string]int{}
			for e := range v.Effects(received) {
				if v.During().Contains(e.At) {
					of[e.By]++
					most = max(most, of[e.By])
				}
			}
			return invariant.Number{Value: float64(most)}, nil
		},
	})

// spared holds if work is done again only after an effect whose note was lost: a fault keeps a worker from one at most.
var spared = invariant.Predicted("spared-work", "an order whose effect is noted is not worked on again",
	invariant.Prediction{
		What: "work done again",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			n := map[string]int{}
			for e := range v.Effects(unnoted, noted) {
				n[e.Name]++
			}
			lost := n[unnoted] - n[noted]
			return invariant.AtMost(invariant.Number{
				Value: float64(min(lost, workers*len(branches))), From: fmt.Sprintf("%d notes lost, at most one a worker", lost),
			}), nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			again, had := 0, map[[2]string]bool{}
			for e := range v.Effects(handled) {
				if at := [2]string{e.Op, e.Key}; had[at] {
					again++
				} else {
					had[at] = true
				}
			}
			return invariant.Number{Value: float64(again)}, nil
		},
	})
