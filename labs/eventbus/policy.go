package eventbus

import (
	"math"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/crashlab/crashlab/pkg/part"
)

// policy is how long the bus tries to deliver an event.
type policy struct {
	retries int32
	age     time.Duration // since the first try
}

var (
	// Without a RetryPolicy: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
	byDefault = policy{185, 24 * time.Hour}
	// What a run of seconds can show. A minute is the shortest age that EventBridge takes.
	brief = policy{1, time.Minute}
)

// slow is the rate in orders a second below which a run takes so long that the bus has its own policy.
const slow = 0.01

func policyAt(rate float64) policy {
	if rate > 0 && rate < slow {
		return byDefault
	}
	return brief
}

// options returns the settings of a target.
func (p policy) options() []func(*types.Target) {
	if p == byDefault {
		return nil
	}
	return []func(*types.Target){part.Retries(p.retries, p.age)}
}

// AWS says that the bus backs off exponentially and with jitter, and not how long it waits. The embedded one waits
// firstWait before the first retry, twice as long before each next one up to longestWait, times 0.5 to 1.5 by chance.
const (
	firstWait   = time.Second
	longestWait = 8 * time.Minute
)

// span returns how long after the first try the bus gives up: the waits before all retries, each of which is uniform
// within ± 50 %; with three standard deviations of their sum, and no longer than the age.
func (p policy) span() (least, mean, most time.Duration) {
	wait, sum, variance := firstWait.Seconds(), 0., 0.
	for range p.retries {
		sum += wait
		variance += wait * wait / 12
		wait = min(2*wait, longestWait.Seconds())
	}
	spread := min(3*math.Sqrt(variance), sum/2)
	within := func(s float64) time.Duration { return min(p.age, time.Duration(s*float64(time.Second))) }
	return within(sum - spread), within(sum), within(sum + spread)
}
