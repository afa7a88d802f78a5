package ratelimit

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

const (
	boundedBy    = 2                  // times the limit: what may pass while Redis and its substitute take turns
	worstSlack   = 0.1                // by which the worst window may differ from the prediction
	politeServed = 0.9                // of the requests of tenants that stay within their limits
	medianDelay  = redisDelay * 3 / 4 // that a decision may take under a slow Redis: less than most answers of it
	fewest       = 10                 // requests, to speak of a share or a median
)

// atMost holds if in no stretch of time of a window's length more than factor times the limit passed
// of any tenant. The instants are those of the decisions, so that nothing that happens to a request
// later counts.
func atMost(name string, factor int) invariant.Invariant {
	return invariant.Invariant{
		Name:   name,
		Claim:  fmt.Sprintf("in any %v, at most %d requests of a tenant pass", window, factor*limit),
		Safety: true,
		Check: func(v *invariant.View) invariant.Finding {
			tenant, most := busiestTenant(admissions(v))
			if most == 0 {
				return invariant.Undecided("no request passed")
			}
			return invariant.Found(most <= factor*limit, "at most %d requests of %s passed in %v = %.1f × the limit of %d; allowed %d ×",
				most, tenant, window, float64(most)/limit, limit, factor)
		},
	}
}

// worst holds if the burst at the edge of a window got through as often as theory says of the limiter.
var worst = invariant.Predicted(worstWindow, "of a burst at a window's edge as much passes as theory says", invariant.Prediction{
	What: "burst ÷ limit in " + window.String(),
	Unit: "×",
	Measure: func(v *invariant.View) (invariant.Number, error) {
		most := busiest(admissions(v)[bursting])
		if most == 0 {
			return invariant.Number{}, errors.New("no request of it passed")
		}
		return invariant.Number{Value: float64(most) / limit, From: fmt.Sprintf("%d ÷ %d", most, limit)}, nil
	},
	Theory: func(v *invariant.View) (invariant.Theory, error) {
		for e := range v.Effects(limited) {
			return predictWorst(e.Key), nil
		}
		return invariant.Theory{}, errors.New("no limiter is named")
	},
})

// predictWorst returns how many times the limit passes in the worst window, which a burst of half before and
// half after an edge reaches with some limiters.
func predictWorst(limiter string) invariant.Theory {
	switch limiter {
	case "fixed-window": // the limit of the window before the edge, and that of the window after
		return invariant.Near(invariant.Number{Value: 2, From: limiter}, worstSlack)
	case "local-only": // each instance's own
		return invariant.Near(invariant.Number{Value: instances, From: limiter}, worstSlack)
	default:
		return invariant.AtMost(invariant.Number{Value: 1, From: limiter})
	}
}

// available holds if the tenants that stay within their limits are served.
var available = invariant.Invariant{
	Name:  availability,
	Claim: fmt.Sprintf("at least %.0f %% of the requests of tenants within their limits are served", 100*politeServed),
	Check: func(v *invariant.View) invariant.Finding {
		var polite invariant.Ops
		for e := range v.Effects(asked) {
			if o := v.Op(e); o != nil && e.Key != greedy && v.Load.Contains(e.At) {
				polite = append(polite, o)
			}
		}
		if len(polite) < fewest {
			return invariant.Undecided("%d requests of tenants within their limits, it takes %d", len(polite), fewest)
		}
		served := len(polite.Served())
		return invariant.Found(polite.Share() >= politeServed, "%d of %d requests of tenants within their limits served = %s, at least %s",
			served, len(polite), unit.Percent(served, len(polite)), unit.Share(politeServed))
	},
}

// quick holds if a decision takes little time while Redis is slow. It is measured in the instances:
// what the way to them takes is not the limiter's.
var quick = invariant.Invariant{
	Name:  addedLatency,
	Claim: fmt.Sprintf("the median decision under the fault takes at most %v", medianDelay),
	Check: func(v *invariant.View) invariant.Finding {
		var took [invariant.Outside + 1][]time.Duration
		for e := range v.Effects(decided) {
			d := time.Duration(e.N) * time.Microsecond
			began := v.Phase(e.At - d)
			took[began] = append(took[began], d)
		}
		before, during := took[invariant.Before], took[invariant.During]
		if len(before) < fewest || len(during) < fewest {
			return invariant.Undecided("%d decisions before and %d during the fault, it takes %d", len(before), len(during), fewest)
		}
		was, is := invariant.Quantile(0.5, before), invariant.Quantile(0.5, during)
		return invariant.Found(is <= medianDelay, "a decision takes p50 %s before, %s during the fault, limit %s",
			unit.Duration(was), unit.Duration(is), unit.Duration(medianDelay))
	},
}

// admissions returns the instants at which each tenant's requests passed, in microseconds, in order.
func admissions(v *invariant.View) map[string][]int64 {
	by := map[string][]int64{}
	for e := range v.Effects(admitted) {
		by[e.Key] = append(by[e.Key], e.N)
	}
	for _, instants := range by {
		slices.Sort(instants)
	}
	return by
}

// busiestTenant returns the tenant of which most passed in a window, and how much.
func busiestTenant(by map[string][]int64) (tenant string, most int) {
	for t, instants := range by {
		if n := busiest(instants); n > most || n == most && t < tenant {
			tenant, most = t, n
		}
	}
	return tenant, most
}

// busiest returns how many of the instants lie in the window that has most of them.
func busiest(instants []int64) (most int) {
	first := 0
	for n, at := range instants {
		for at-instants[first] >= window.Microseconds() {
			first++
		}
		most = max(most, n-first+1)
	}
	return most
}
