package ratelimit

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

var (
	span      = unit.Duration(window)
	limitKept = atMost("limit", "any "+span, 1, busiest)
	// What a counter for each window of the clock can promise, and no more. The limit is of any window.
	clockWindow = atMost("clock-window", "any clock window", 1, busiestOfClock)
	// What may pass while Redis and its substitute take turns.
	bounded = atMost("bounded", "any "+span, 2, busiest)
)

// atMost holds if in none of the windows that count looks at more than factor times the limit passed of any tenant.
// The instants are those of the decisions, so that nothing that happens to a request later counts.
func atMost(name, windows string, factor int, count func([]time.Duration) int) invariant.Invariant {
	return invariant.Invariant{
		Name:   name,
		Claim:  fmt.Sprintf("in %s, at most %d requests of a tenant pass", windows, factor*limit),
		Safety: true,
		Check: func(v *invariant.View) invariant.Finding {
			tenant, most := busiestTenant(admissions(v), count)
			if most == 0 {
				return invariant.Undecided("no request passed")
			}
			return invariant.Found(most <= factor*limit,
				"at most %d of tenant %s passed in %s = %.1f × the limit; allowed %d ×",
				most, tenant, windows, float64(most)/limit, factor)
		},
	}
}

// atEdge is how many times the limit passes of a burst at a window's edge, where that is more than once.
var atEdge = map[string]float64{
	"fixed-window": 2,         // the limit of the window before the edge, and that of the window after
	"local-only":   instances, // each instance's own
}

// worst holds if the burst at the edge of a window got through as often as theory says of the limiter.
var worst = invariant.Predicted("worst-window", "of a burst at a window's edge as much passes as theory says",
	invariant.Prediction{
		What: "burst ÷ limit in " + span, Unit: "×",
		Measure: func(v *invariant.View) (invariant.Number, error) {
			if most := busiest(admissions(v)[bursting]); most > 0 {
				return invariant.Number{Value: float64(most) / limit, From: fmt.Sprintf("%d ÷ %d", most, limit)}, nil
			}
			return invariant.Number{}, errors.New("no request of it passed")
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			for e := range v.Effects(decided) {
				if times := atEdge[e.Key]; times > 0 {
					return invariant.Near(invariant.Number{Value: times, From: e.Key}, 0.1), nil
				}
				return invariant.AtMost(invariant.Number{Value: 1, From: e.Key}), nil
			}
			return invariant.Theory{}, errors.New("no limiter has decided")
		},
	})

const (
	politeServed = 0.9                // of the requests of tenants that stay within their limits
	medianDelay  = redisDelay * 3 / 4 // that a decision may take under a slow Redis: less than most of its answers do
	fewest       = 10                 // requests that it takes to speak of a share or a median
)

// available holds if the tenants that stay within their limits are served.
var available = invariant.Invariant{
	Name:  "availability",
	Claim: fmt.Sprintf("at least %.0f %% of the requests of tenants within their limits are served", 100*politeServed),
	Check: func(v *invariant.View) invariant.Finding {
		polite := v.Select(invariant.Filter{Except: greedy})
		if len(polite) < fewest {
			return invariant.Undecided("%d requests of tenants within their limits, it takes %d", len(polite), fewest)
		}
		n := len(polite.Served())
		return invariant.Found(polite.Share() >= politeServed,
			"%d of %d requests of tenants within their limits served = %s, at least %s",
			n, len(polite), unit.Percent(n, len(polite)), unit.Share(politeServed))
	},
}

// quick holds if a decision takes little time while Redis is slow, as the instances measure it.
var quick = invariant.Invariant{
	Name:  "added-latency",
	Claim: fmt.Sprintf("the median decision under the fault takes at most %s", unit.Duration(medianDelay)),
	Check: func(v *invariant.View) invariant.Finding {
		took := map[invariant.Phase][]time.Duration{}
		for e := range v.Effects(decided) {
			began := v.Phase(e.At - time.Duration(e.N))
			took[began] = append(took[began], time.Duration(e.N))
		}
		before, during := took[invariant.Before], took[invariant.During]
		if n, m := len(before), len(during); min(n, m) < fewest {
			return invariant.Undecided("%d decisions before and %d during the fault, it takes %d", n, m, fewest)
		}
		was, is := invariant.Quantile(0.5, before), invariant.Quantile(0.5, during)
		return invariant.Found(is <= medianDelay, "a decision takes p50 %s before, %s during the fault, limit %s",
			unit.Duration(was), unit.Duration(is), unit.Duration(medianDelay))
	},
}

// admissions returns, in order, the instants since 1970 at which each tenant's requests passed.
func admissions(v *invariant.View) map[string][]time.Duration {
	by := map[string][]time.Duration{}
	for e := range v.Effects(admitted) {
		by[e.Key] = append(by[e.Key], time.Duration(e.N))
	}
	for _, instants := range by {
		slices.Sort(instants)
	}
	return by
}

// busiestTenant returns the tenant of which most passed in a window, and how much.
func busiestTenant(by map[string][]time.Duration, count func([]time.Duration) int) (tenant string, most int) {
	for t, instants := range by {
		if n := count(instants); n > most || n == most && t < tenant {
			tenant, most = t, n
		}
	}
	return tenant, most
}

// busiest returns how many of the instants lie in the window that has most of them.
func busiest(instants []time.Duration) (most int) {
	for _, n := range trailing(instants) {
		most = max(most, int(n))
	}
	return most
}

// trailing yields how many of the instants lie in the window that ends with each. The first of them is 0.
func trailing(instants []time.Duration) iter.Seq2[time.Duration, float64] {
	return func(yield func(time.Duration, float64) bool) {
		first := 0
		for n, at := range instants {
			for at-instants[first] >= window {
				first++
			}
			if !yield(at-instants[0], float64(n-first+1)) {
				return
			}
		}
	}
}

// busiestOfClock returns how many of the instants lie in the window of the clock that has most of them.
func busiestOfClock(instants []time.Duration) (most int) {
	count := map[time.Duration]int{}
	for _, at := range instants {
		count[at/window]++
		most = max(most, count[at/window])
	}
	return most
}
