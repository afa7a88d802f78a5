package gateway

import (
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	retryShare = 0.1                    // retries per call that the budget allows
	openTime   = 100 * time.Millisecond // for which a circuit stays open
	window     = 10                     // calls that a circuit looks back upon
)

// guarded bounds what a failure can cost. A caller waits longer than the one it calls, so that the layer next to the
// failure is the one that learns of it, and the only one that tries again (M. Brooker, AWS Builders' Library,
// "Timeouts, retries, and backoff with jitter": retry at a single point in the stack).
var guarded = lab.Design{
	Name:    "breaker",
	Summary: "retry budget, circuit breaker, bulkheads, deadlines that travel with the request",
	Build: mesh{deadlines: true, bulkheads: true, hop: func(to *lab.Process, layer int) *hop {
		return &hop{
			to:       to,
			timeout:  tryTime + time.Duration(layer-1)*200*time.Millisecond,
			tries:    2,
			budget:   &budget{share: retryShare, most: 1},
			circuit:  &circuit{size: window, least: window / 2, share: 0.5, wait: openTime, now: time.Now},
			deadline: true,
		}
	}}.build,
}
