package ratelimit

import (
	"fmt"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

const (
	boundedBy    = 2                  // times the limit: what may pass while Redis and its substitute take turns
	worstSlack   = 0.1                // by which the worst window may differ from the prediction
	politeServed = 0.9                // of the requests of tenants that stay within their limits
	medianDelay  = redisDelay * 3 / 4 // that a decision may take under a slow Redis: less than most answers of it
	fewest       = 10                 // requests, to speak of a share or a median
)

func unknown(format string, args ...any) invariant.Finding {
	return invariant.Finding{Status: invariant.Unknown, Evidence: fmt.Sprintf(format, args...)}
}

func holdsIf(ok bool, format string, args ...any) invariant.Finding {
	f := invariant.Finding{Status: invariant.Violated, Evidence: fmt.Sprintf(format, args...)}
	if ok {
		f.Status = invariant.Holds
	}
	return f
}

// atMost holds if in no stretch of time of a window's length more than factor times the limit passed
// of any tenant. The instants are those of the decisions, so that nothing that happens to a request
// later counts.
func atMost(name string, factor int) invariant.Invariant {
	return invariant.Invariant{
		Name:   name,
		Claim:  fmt.Sprintf("in any %v, at most %d requests of a tenant pass", window, factor*limit),
		Safety: true,
		Check: func(h history.History) invariant.Finding {
			by := admissions(h)
			if len(by) == 0 {
				return unknown("no request passed")
			}
			tenant, most := "", 0
			for t, instants := range by {
				if n := busiest(instants); n > most || n == most && t < tenant {
					tenant, most = t, n
				}
			}
			return holdsIf(most <= factor*limit, "at most %d requests of %s passed in %v = %.1f × the limit of %d; allowed %d ×",
				most, tenant, window, float64(most)/limit, limit, factor)
		},
	}
}

// worst holds if the burst at the edge of a window got through as often as theory says of the limiter.
var worst = invariant.Invariant{
	Name:  worstWindow,
	Claim: "of a burst at a window's edge as much passes as theory says",
	Check: func(h history.History) invariant.Finding {
		instants := admissions(h)[bursting]
		name := limiterOf(h)
		if len(instants) == 0 || name == "" {
			return unknown("no request of a burst passed")
		}
		theory, exactly := predictWorst(name)
		got := float64(busiest(instants)) / limit
		relation := "or less"
		if exactly {
			relation = fmt.Sprintf("± %.0f %%", 100*worstSlack)
		}
		return holdsIf(got <= theory*(1+worstSlack) && (!exactly || got >= theory*(1-worstSlack)),
			"%d requests of the burst passed within %v = %.2f × the limit, predicted %.2f × (%s, %s)", busiest(instants), window, got, theory, name, relation)
	},
}

// predictWorst returns how many times the limit passes in the worst window, and whether a burst of half
// before and half after an edge reaches that.
func predictWorst(limiter string) (times float64, reached bool) {
	switch limiter {
	case "fixed-window": // the limit of the window before the edge, and that of the window after
		return 2, true
	case "local-only": // each instance's own
		return instances, true
	default:
		return 1, false
	}
}

// available holds if the tenants that stay within their limits are served.
var available = invariant.Invariant{
	Name:  availability,
	Claim: fmt.Sprintf("at least %.0f %% of the requests of tenants within their limits are served", 100*politeServed),
	Check: func(h history.History) invariant.Finding {
		set, err := history.Operations(h)
		if err != nil {
			return unknown("%v", err)
		}
		load, ok := history.Between(h, history.LoadStart, history.LoadEnd)
		sent, served := 0, 0
		for i := range h {
			e := &h[i]
			if e.Kind != history.Effect || e.Name != asked || e.Key == greedy || !load.Contains(e.At) {
				continue
			}
			sent++
			if at := set.Find(e.Op); at >= 0 && set.All[at].Outcome() == history.OK {
				served++
			}
		}
		if !ok || sent < fewest {
			return unknown("%d requests of tenants within their limits, it takes %d", sent, fewest)
		}
		share := float64(served) / float64(sent)
		return holdsIf(share >= politeServed, "%d of %d requests of tenants within their limits served = %.1f %%, at least %.0f %%",
			served, sent, 100*share, 100*politeServed)
	},
}

// quick holds if a decision takes little time while Redis is slow. It is measured in the instances:
// what the way to them takes is not the limiter's.
var quick = invariant.Invariant{
	Name:  addedLatency,
	Claim: fmt.Sprintf("the median decision under the fault takes at most %v", medianDelay),
	Check: func(h history.History) invariant.Finding {
		fault, ok := history.Between(h, history.FaultInjected, history.FaultReverted)
		var before, during []time.Duration
		for i := range h {
			e := &h[i]
			if e.Kind != history.Effect || e.Name != decided || !ok {
				continue
			}
			took := time.Duration(e.N) * time.Microsecond
			switch began := e.At - took; {
			case fault.Contains(began):
				during = append(during, took)
			case 0 <= began && began < fault.From:
				before = append(before, took)
			}
		}
		if len(before) < fewest || len(during) < fewest {
			return unknown("%d decisions before and %d during the fault, it takes %d", len(before), len(during), fewest)
		}
		return holdsIf(median(during) <= medianDelay, "a decision takes p50 %.1f ms before, %.1f ms during the fault, limit %d ms",
			float64(median(before).Microseconds())/1000, float64(median(during).Microseconds())/1000, medianDelay.Milliseconds())
	},
}

func median(d []time.Duration) time.Duration {
	slices.Sort(d)
	return d[len(d)/2]
}

// admissions returns the instants at which each tenant's requests passed, in microseconds, in order.
func admissions(h history.History) map[string][]int64 {
	by := map[string][]int64{}
	for i := range h {
		if e := &h[i]; e.Kind == history.Effect && e.Name == admitted {
			by[e.Key] = append(by[e.Key], e.N)
		}
	}
	for _, instants := range by {
		slices.Sort(instants)
	}
	return by
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

func limiterOf(h history.History) string {
	for i := range h {
		if h[i].Kind == history.Effect && h[i].Name == limited {
			return h[i].Key
		}
	}
	return ""
}
