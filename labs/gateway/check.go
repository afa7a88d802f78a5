package gateway

import (
	"errors"
	"fmt"
	"math"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	checkouts = invariant.Filter{Operation: checkout}
	profiles  = invariant.Filter{Operation: profile}
	// A checkout is to cause little more than one call to inventory.
	amplification = invariant.LoadAmplification(checkouts, call, "inventory", 1.2)
	// A system that is still down once the fault is over, its load the same, is metastable.
	recovery = invariant.Recovery(checkouts, 0.5, 0)
)

// retryStorm holds if a checkout causes tries calls at the first layer, tries² at the second and tries³ at the third.
var retryStorm = invariant.Predicted("retries^depth",
	fmt.Sprintf("%d tries at each of %d layers make %g calls to the last", tries, layers, storm.Value),
	invariant.Prediction{
		What:    "calls to inventory a checkout",
		Measure: fanOut,
		Theory:  invariant.Constant(invariant.Near(storm, 0.15)),
	})

var storm = invariant.Number{Value: math.Pow(tries, layers), From: fmt.Sprintf("%d^%d", tries, layers)}

// fanOut returns how many calls to inventory a checkout caused, as the product of the calls that each layer made of one
// to it. It looks at those that the gateway took on in the first quarter of the fault, since the retries of later ones
// go on when the run is over.
func fanOut(v *invariant.View) (invariant.Number, error) {
	quarter := v.During()
	quarter.To = quarter.From + (quarter.To-quarter.From)/4
	asked := v.Select(checkouts).In(quarter)
	taken, calls := 0.0, [layers]float64{}
	for layer, service := range [layers]string{checkout, "pricing", "inventory"} {
		caused := v.Caused(call, service)
		for _, o := range asked {
			calls[layer] += float64(caused[o])
			if layer == 0 && caused[o] > 0 {
				taken++
			}
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

// unrelated is the least share of the profiles that is to be served, from the fault's beginning to the end of the load.
const unrelated = 0.5

// bystanders holds if who does not check out is served all the same.
var bystanders = invariant.Invariant{
	Name:  "unrelated-routes",
	Claim: "at least " + unit.Share(unrelated) + " of the requests for another route are served, from the fault on",
	Check: func(v *invariant.View) invariant.Finding {
		asked := v.Select(profiles).In(history.Window{From: v.Fault.From, To: v.Load.To})
		if !v.Faulty || len(asked) == 0 {
			return invariant.Undecided("nobody asked for a profile from the fault on")
		}
		n := len(asked.Served())
		return invariant.Found(asked.Share() >= unrelated,
			"profiles: %d of %d served from the fault on (%s, at least %s)",
			n, len(asked), unit.Percent(n, len(asked)), unit.Share(unrelated))
	},
}
