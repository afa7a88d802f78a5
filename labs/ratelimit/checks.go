package ratelimit

import (
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
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
// The instants are those of the decisions, so that nothing that happens to a request later counts. It proves nothing
// where no tenant asked for more.
func atMost(name, windows string, factor int, count func([]time.Duration) int) invariant.Invariant {
	return invariant.Invariant{
		Name:   name,
		Claim:  fmt.Sprintf("in %s, at most %d requests of a tenant pass", windows, factor*limit),
		Safety: true,
		Check: func(v *invariant.View) invariant.Finding {
			tenant, most := busiestTenant(admissions(v), count)
			if _, asked := busiestTenant(requests(v), usual); most <= factor*limit && asked <= factor*limit {
				return invariant.Undecided("tenants usually ask for at most %d in %s, which is within %d × the limit",
					asked, span, factor)
			}
			return invariant.Found(most <= factor*limit,
				"at most %d of tenant %s passed in %s = %.1f × the limit; allowed %d ×",
				most, tenant, windows, float64(most)/limit, factor)
		},
	}
}

// ofBurst is how much passes of a burst at a window's edge, half of which comes half a window before it.
var ofBurst = map[string]int{
	"fixed window":      2 * limit,         // the limit of the window before the edge, and that of the window after
	localOnly.algorithm: instances * limit, // each instance's own
	"sliding window":    limit,
	"token bucket":      burst + min(burst, (limit-burst+1)/2), // a full bucket, and what it gains in half a window
}

// worst holds if exactly as much of the burst at the edge of a window got through as theory says of the limiter.
var worst = invariant.Predicted("worst-window", "of a burst at a window's edge as much passes as theory says",
	invariant.Prediction{
		What: "of the burst passed in " + span,
		Measure: func(v *invariant.View) (invariant.Number, error) {
			if most := busiest(admissions(v)[bursting]); most > 0 {
				return invariant.Number{Value: float64(most)}, nil
			}
			return invariant.Number{}, errors.New("no request of it passed")
		},
		Theory: func(v *invariant.View) (invariant.Theory, error) {
			for e := range v.Effects(decided) {
				return invariant.Theory{Number: invariant.Number{Value: float64(ofBurst[e.Value]), From: e.Value}}, nil
			}
			return invariant.Theory{}, errors.New("no limiter has decided")
		},
	})

const (
	objective = 0.99 // of the requests of tenants within their limits are to be served
	fewest    = 10   // requests that it takes to speak of a share
)

// available holds if tenants that are far from their limits are served.
var available = served("availability", "tenants far from their limits",
	func(tenant string) bool { return tenant != greedy && tenant != steady && tenant != bursting })

// nearLimit holds if a tenant that keeps to its limit, and just so, is served: the limiter does not refuse what it
// need not.
var nearLimit = served("near-limit", "a tenant at 90 % of its limit",
	func(tenant string) bool { return tenant == steady })

// served holds if of the requests of these tenants that came to an instance enough were served.
func served(name, tenants string, these func(tenant string) bool) invariant.Invariant {
	return invariant.Invariant{
		Name:  name,
		Claim: fmt.Sprintf("at least %s of the requests of %s are served", unit.Share(objective), tenants),
		Check: func(v *invariant.View) invariant.Finding {
			came := v.Caused(decided, "")
			asked := v.Ops("").Where(func(o *history.Operation) bool { return came[o] > 0 && these(o.Invoke.Key) })
			if len(asked) < fewest {
				return invariant.Undecided("%d requests of %s, it takes %d", len(asked), tenants, fewest)
			}
			n := len(asked.Served())
			return invariant.Found(asked.Share() >= objective, "%d of %d requests of %s served = %s, at least %s",
				n, len(asked), tenants, unit.Percent(n, len(asked)), unit.Share(objective))
		},
	}
}

// quick holds if few decisions wait for a slow Redis. Each instance waits until its circuit breaker has seen enough
// failures, and then once for each try. Its limit is of decisions that come by chance.
var quick = invariant.Invariant{
	Name: "added-latency",
	Claim: fmt.Sprintf("decisions wait %s for Redis, and only until a circuit breaker opens or where it tries",
		unit.Duration(patience)),
	Check: func(v *invariant.View) invariant.Finding {
		during, waited, longest := 0, 0, time.Duration(0)
		for e := range v.Effects(decided) {
			took := time.Duration(e.N)
			if v.Phase(e.At-took) != invariant.During {
				continue
			}
			during++
			longest = max(longest, took)
			if took >= patience {
				waited++
			}
		}
		if during < fewest {
			return invariant.Undecided("%d decisions during the fault, it takes %d", during, fewest)
		}
		long := (v.Fault.To - v.Fault.From).Seconds()
		tries := instances * (failuresInARow + long/(retryRedis+patience).Seconds())
		meanwhile := float64(during) / long * patience.Seconds() // come while the failures that open it are awaited
		most := int(tries + meanwhile + 3*math.Sqrt(meanwhile))
		if waited <= most && during <= most {
			return invariant.Undecided("%d decisions during the fault, of which %d might wait", during, most)
		}
		return invariant.Found(waited <= most && longest < 2*patience,
			"%d of %d decisions waited %s, the longest %s; predicted %.0f + %.1f + 3 σ = %d or less",
			waited, during, unit.Duration(patience), unit.Duration(longest), tries, meanwhile, most)
	},
}

// requests returns, in order, when each tenant's requests came to an instance.
func requests(v *invariant.View) map[string][]time.Duration {
	by := map[string][]time.Duration{}
	for e := range v.Effects(decided) {
		by[e.Key] = append(by[e.Key], e.At-time.Duration(e.N))
	}
	for _, instants := range by {
		slices.Sort(instants)
	}
	return by
}

// usual returns how many of the instants lie in the window that ends with one of them, in the median.
func usual(instants []time.Duration) int {
	var counts []float64
	for _, n := range trailing(instants) {
		counts = append(counts, n)
	}
	slices.Sort(counts)
	return int(counts[len(counts)/2])
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
