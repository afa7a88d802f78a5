package gateway

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	checkouts = invariant.Filter{Operation: checkout}
	profiles  = invariant.Filter{Operation: profile}
	// A checkout is to cause little more than one call to inventory: what the budget of one layer allows.
	amplification = invariant.LoadAmplification(checkouts, call, "inventory", 1+retryShare, saved)
	// A system that is still down once the fault is over, its load the same, is metastable.
	recovery = invariant.Recovery(checkouts, 0.9, 0).Unless(tipping)
)

// retryStorm holds if a checkout causes tries calls at the first layer, tries² at the second and tries³ at the third.
var retryStorm = invariant.Predicted("retries^depth",
	fmt.Sprintf("%d tries at each layer make %d^depth calls to the service that fails", tries, tries),
	invariant.Prediction{
		What:    "calls a checkout that fails",
		Measure: func(v *invariant.View) (invariant.Number, error) { return fanOut(v, depth(v)) },
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			d := depth(v)
			return invariant.Theory{Number: invariant.Number{
				Value: math.Pow(tries, float64(d)), From: fmt.Sprintf("%d^%d", tries, d),
			}}, nil
		},
	})

// depth returns how many layers from the edge the deepest service is that failed while the fault was on.
func depth(v *invariant.View) (deepest int) {
	for e := range v.Effects(failed) {
		for n, service := range chain {
			if e.Key == service && v.During().Contains(e.At) {
				deepest = max(deepest, n+1)
			}
		}
	}
	return deepest
}

// fanOut returns how many calls to the service at that depth a checkout caused that was not served, as the product of
// the calls that each layer made of one to it. It looks at those that the gateway took on in the first quarter of the
// fault, since the retries of later ones go on when the run is over.
func fanOut(v *invariant.View, depth int) (invariant.Number, error) {
	quarter := v.During()
	quarter.To = quarter.From + (quarter.To-quarter.From)/4
	taken, last, from := 0.0, 0.0, ""
	for layer, service := range chain[:depth] {
		caused, calls := v.Caused(call, service), 0.0
		for _, o := range v.Select(checkouts).In(quarter) {
			if o.Outcome() != history.OK {
				calls += float64(caused[o])
				if layer == 0 && caused[o] > 0 {
					taken++
				}
			}
		}
		if layer == 0 {
			last = taken
		} else {
			from += " × "
		}
		from += fmt.Sprintf("%.1f", calls/last)
		last = calls
	}
	if taken == 0 {
		return invariant.Number{}, errors.New("no checkout that the gateway took on in the first quarter of the fault failed")
	}
	return invariant.Number{Value: last / taken, From: from}, nil
}

// failFast holds if no service is called in vain for long: a circuit lets through the calls that it looks back upon,
// those that are on their way when it opens, and then one each openTime, with the retries of these.
var failFast = invariant.Invariant{
	Name:  "fail-fast",
	Claim: "a service that answers nobody gets no calls but a circuit's looks, one in " + unit.Duration(openTime),
	Check: func(v *invariant.View) invariant.Finding {
		worst, limit, where := 0.0, 1.0, ""
		for _, service := range chain {
			n, long := streak(v, service)
			most := (window+edgeWorkers+long.Seconds()/openTime.Seconds())*(1+retryShare) + saved
			if float64(n)/most > worst/limit || where == "" {
				worst, limit, where = float64(n), most, fmt.Sprintf("to %s in a row within %s", service, unit.Duration(long))
			}
		}
		asked := len(v.Select(checkouts).In(v.During()))
		if float64(asked) <= limit && worst <= limit {
			return invariant.Undecided("%d checkouts while the fault was on: too few to open a circuit for", asked)
		}
		return invariant.Found(worst <= limit, "%.0f failed calls %s, at most %.0f", worst, where, limit)
	},
}

// streak returns the most calls to a service that failed with none in between that was answered, and how long that
// took.
func streak(v *invariant.View, service string) (most int, long time.Duration) {
	n, since := 0, time.Duration(0)
	for e := range v.Effects(answered, failed) {
		switch {
		case e.Key != service:
		case e.Name == answered:
			n = 0
		default:
			if n == 0 {
				since = e.At
			}
			if n++; n > most {
				most, long = n, e.At-since
			}
		}
	}
	return most, long
}

// wasted holds if nothing is worked at for a request that has ended.
var wasted = invariant.Predicted("wasted-work",
	"inventory begins no work for a request whose client has been answered or has gone",
	invariant.Prediction{
		What:   "requests begun after their end",
		Theory: invariant.Constant(invariant.Theory{}),
		Measure: func(v *invariant.View) (invariant.Number, error) {
			late, all := begunLate(v)
			if all == 0 {
				return invariant.Number{}, errors.New("no work was begun")
			}
			return invariant.Number{Value: float64(late), From: fmt.Sprintf("%d of %d", late, all)}, nil
		},
	})

// begunLate returns how many requests a leaf began after their end, of all that it began.
func begunLate(v *invariant.View) (late, all int) {
	for e := range v.Effects(began) {
		if o := v.Op(e); o != nil {
			all++
			if o.End != nil && e.At > o.End.At {
				late++
			}
		}
	}
	return late, all
}
