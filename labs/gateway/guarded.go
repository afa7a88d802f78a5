package gateway

import (
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	retryShare = 0.1                    // retries per call that the budget allows
	saved      = 1                      // retries that it saves up
	window     = 10                     // calls that a circuit looks back upon
	failing    = 1.0                    // share of them that fails when it opens: all, for some may be of a lost shard
	openTime   = 250 * time.Millisecond // for which it stays open
	// that a caller keeps for the answer: a service that takes all its time is too late
	answerTime = 10 * time.Millisecond
)

// guarded bounds what a failure can cost.
var guarded = lab.Design{
	Name:    "breaker",
	Summary: "retries at one layer and within a budget, circuit breaker, bulkheads, deadlines that travel",
	Guards:  []lab.Guard{oneLayer, retryBudget, circuitBreaker, bulkheads, deadlines},
	Build:   build,
}

// naive calls as most clients do out of the box: each layer waits a while and tries three times. A caller that gives up
// does not tell the service, which works at the request all the same. When the fault is over inventory is as quick as
// ever, and behind: what it gets to has been given up and is tried again. The retries are now their own cause.
var naive = guarded.Less(lab.Design{
	Name: "naive-retry", Broken: true, Summary: "3 tries at each of 3 layers, one pool of workers for all routes",
}, oneLayer, retryBudget, circuitBreaker, bulkheads, deadlines)

// What breaker rests on.
var (
	// A caller waits longer than the one it calls, so that the layer next to the failure is the one that learns of it.
	oneLayer = lab.Guard{
		Name: "one-layer", Claim: "only the layer next to a failure tries again; the others pass its answer on",
		Falls: lab.Falls{"lost-shard": lab.Violated(amplification).Except(oneRetry, lab.NotJudged(
			"retries of the layers above may be what opens the next circuit", partial))},
	}
	retryBudget = lab.Guard{
		Name: "retry-budget", Claim: "retries are at most a tenth of the calls, however many of these fail",
		Falls: lab.Falls{"lost-shard": lab.Violated(amplification).Except(oneRetry)},
	}
	circuitBreaker = lab.Guard{
		Name: "circuit-breaker", Claim: "a service that answers nobody is left alone, and its callers fail at once",
		Falls: lab.Falls{
			"slow-dependency": lab.Violated(failFast).Except(oneRetry, nobodyServed),
			"dead-dependency": lab.Violated(failFast).Except(oneRetry, nobodyServed),
		},
	}
	bulkheads = lab.Guard{
		Name: "bulkheads", Claim: "each route has workers of its own, so that a slow one holds no others",
		Falls: lab.Falls{"slow-link": lab.Violated(bystanders).Except(oneRetry)},
	}
	deadlines = lab.Guard{
		Name: "deadlines", Claim: "a request says how long its caller waits, and no longer is it worked at",
		Falls: lab.Falls{"slow-dependency": lab.Violated(wasted).Except(oneRetry, nobodyServed)},
	}
)

// Why some is not judged.
var (
	oneRetry   = lab.NotJudged("not every layer tries again", retryStorm)
	turnedAway = lab.NotJudged("three tries each of the few that find a worker; they find it late or not",
		amplification, wasted)
	nobodyServed = lab.NotJudged("no checkout can be served while inventory does not answer in time", partial)
)
