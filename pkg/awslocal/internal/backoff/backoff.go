// Package backoff is the waiting of EventBridge and its Scheduler between two attempts of one delivery. AWS says that
// it is exponential with jitter, and does not give the numbers.
package backoff

import (
	"math/rand/v2"
	"time"
)

// longest lets the default 185 retries take about as long as the default 24 hours.
const longest = 8 * time.Minute

// Delay is the wait after so many attempts: the first delay, doubled with every further attempt up to eight minutes,
// with jitter from half of that to one and a half. The jitter depends on the delivery's number and the attempt alone,
// so that a run can be repeated.
func Delay(first time.Duration, attempts int, number uint64) time.Duration {
	delay := first
	for range attempts - 1 {
		if delay *= 2; delay >= longest {
			delay = longest
			break
		}
	}
	jitter := rand.New(rand.NewPCG(number, uint64(attempts))).Float64()
	return time.Duration((0.5 + jitter) * float64(delay))
}
