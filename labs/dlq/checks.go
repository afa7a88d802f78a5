package dlq

import (
	"fmt"
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

// catchUp holds if what is done waits only for the fault: beside its time, for the orders that came meanwhile, and for
// a dead worker's visibility timeout.
var catchUp = invariant.Predicted("catch-up",
	"after the fault the orders that waited are done at the pace of the workers",
	invariant.Prediction{
		What: "longest wait beside the fault", Unit: " s",
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			long, hidden := v.Fault.To-v.Fault.From, 10*batch*perOrder(v)+time.Second
			return invariant.AtMost(invariant.Number{
				Value: (time.Duration(busy/(1-busy)*float64(long)) + hidden).Seconds(),
				From:  fmt.Sprintf("%g / %g × %s + %s hidden", busy, 1-busy, unit.Duration(long), unit.Duration(hidden)),
			}), nil
		},
		Measure: func(v *invariant.View) (invariant.Number, error) {
			longest, seen := time.Duration(0), map[[2]string]bool{}
			for e := range v.Effects(handled) {
				if o := v.Op(e); o != nil && !seen[[2]string{e.Op, e.Key}] {
					seen[[2]string{e.Op, e.Key}] = true
					meanwhile := max(0, min(e.At, v.Fault.To)-max(o.Invoke.At, v.Fault.From))
					longest = max(longest, e.At-o.Invoke.At-meanwhile)
				}
			}
			return invariant.Number{Value: longest.Seconds()}, nil
		},
	})

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
