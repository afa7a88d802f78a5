package ratelimit

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	sharedCount = lab.Guard{
		Name: "shared-count", Claim: "all instances count a tenant's requests in one place",
		Falls: lab.Falls{"edge-burst": unlimited},
	}
	anyWindow = lab.Guard{
		Name: "any-window", Claim: "what counts is the last window before each request, not the clock's",
		Falls: lab.Falls{"edge-burst": lab.Violated(limitKept)},
	}
	oneScript = lab.Guard{
		Name: "one-script", Claim: "Redis reads, decides and writes in one step, and nobody gets in between",
		Falls: lab.Falls{"redis-slow": lab.Violated(limitKept, clockWindow, quick).Except(noBurst, bunched, byLuck)},
	}
	redisClock = lab.Guard{
		Name: "redis-clock", Claim: "the time is that of Redis' clock, the same for all instances",
		Falls: lab.Falls{"clock-skew": lab.Violated(limitKept, clockWindow).Except(noBurst, byLuck, future)},
	}
	timeOut = lab.Guard{
		Name: "time-out", Claim: "a decision waits 50 ms for Redis, and no longer",
		Falls: lab.Falls{"redis-slow": slow},
	}
	circuitBreaker = lab.Guard{
		Name: "circuit-breaker", Claim: "after three failures Redis is asked only once in 250 ms",
	}
	ownAnswer = lab.Guard{
		Name: "fallback", Claim: "what Redis does not decide, the instance does",
		Falls: lab.Falls{"redis-cut": down},
	}
	localShare = lab.Guard{
		Name: "local-share", Claim: "without Redis an instance lets its share of the limit pass, not all of it",
		Falls: lab.Falls{"redis-cut": unlimited.Except(noBurst)},
	}
)

// breaking is the circuit breaker of a design of which this is expected while Redis is slow. Without it every decision
// waits.
func breaking(e lab.Expectation) lab.Guard {
	g := circuitBreaker
	g.Falls = lab.Falls{"redis-slow": e.Except(noBurst, lab.Violated(quick))}
	return g
}

var (
	byLuck = lab.NotJudged("how much more than the limit passes is luck", bounded)
	future = lab.NotJudged("what the fast clock wrote is in the others' future, and fills a log or not", nearLimit)
)
