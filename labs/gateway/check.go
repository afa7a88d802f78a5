package gateway

import (
	"errors"
	"fmt"
	"math"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// The requests of each route.
var (
	checkouts = invariant.Filter{Operation: checkout}
	profiles  = invariant.Filter{Operation: profile}
)

var (
	// A checkout is to cause little more than one call to inventory.
	amplification = invariant.LoadAmplification(checkouts, call, "inventory", 1.2)
	// Who does not check out is to be served all the same.
	bystanders = unrelatedRoutes(0.5)
	// A system that is still down once the fault is over, its load the same, is metastable.
	recovery = invariant.Recovery(checkouts, 0.5, 0)
)

// within is the tolerance of the number of calls that a retry storm is predicted to make.
const within = 0.15

// retryStorm holds if a checkout causes tries calls at the first layer, tries² at the second and tries³
// at the third. It is measured of those that the gateway took on in the first quarter of the fault, since
// the retries of later ones go on when the run is over.
var retryStorm = func() invariant.Invariant {
	want := math.Pow(tries, layers)
	return invariant.Predicted("retries^depth", fmt.Sprintf("%d tries at each of %d layers make %g calls to the last", tries, layers, want), invariant.Prediction{
		What:    "calls to inventory a checkout",
		Measure: fanOut,
		Theory:  invariant.Constant(invariant.Near(invariant.Number{Value: want, From: fmt.Sprintf("%d^%d", tries, layers)}, within)),
	})
}()

// fanOut returns how many calls to inventory a checkout caused, as the product of the calls that each layer
// made of one to it.
func fanOut(v *invariant.View) (invariant.Number, error) {
	quarter := v.During()
	quarter.To = quarter.From + (quarter.To-quarter.From)/4
	first, second, third := v.Caused(call, checkout), v.Caused(call, "pricing"), v.Caused(call, "inventory")
	taken, calls := 0.0, [layers]float64{}
	for _, o := range v.Select(checkouts).In(quarter) {
		if first[o] > 0 {
			taken++
			calls[0] += float64(first[o])
			calls[1] += float64(second[o])
			calls[2] += float64(third[o])
		}
	}
	if taken == 0 {
		return invariant.Number{}, errors.New("the gateway took on no checkout in the first quarter of the fault")
	}
	return invariant.Number{
		Value: calls[2] / taken,
		From:  fmt.Sprintf("%.1f × %.1f × %.1f", calls[0]/taken, calls[1]/calls[0], calls[2]/calls[1]),
	}, nil
}

// unrelatedRoutes holds if of the requests that don't need inventory at least a share is served, from
// the fault's beginning to the end of the load.
func unrelatedRoutes(least float64) invariant.Invariant {
	return invariant.Invariant{
		Name:  "unrelated-routes",
		Claim: fmt.Sprintf("at least %s of the requests for another route are served, from the fault on", unit.Share(least)),
		Check: func(v *invariant.View) invariant.Finding {
			asked := v.Select(profiles)
			before, from := asked.In(v.Before()), asked.In(history.Window{From: v.Fault.From, To: v.Load.To})
			if !v.Faulty || len(from) == 0 {
				return invariant.Undecided("nobody asked for a profile from the fault on")
			}
			n := len(from.Served())
			return invariant.Found(from.Share() >= least, "profiles: %d of %d served from the fault on (%s, at least %s); p99 %s before, %s from then on",
				n, len(from), unit.Percent(n, len(from)), unit.Share(least),
				unit.Duration(invariant.Quantile(0.99, before.Took())), unit.Duration(invariant.Quantile(0.99, from.Took())))
		},
	}
}
