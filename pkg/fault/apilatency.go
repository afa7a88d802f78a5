package fault

import (
	"context"
	"fmt"
	"time"
)

// APILatency has the AWS API answer late: calls are held back before they are sent.
type APILatency struct {
	Call        Call
	Delay       time.Duration
	Jitter      time.Duration // at most Delay
	Probability float64       // that a call is hit; 0 means all
	First       int           // only that many are hit; 0 means no limit
}

func (f APILatency) Requested() string {
	what := ms(f.Delay) + " latency"
	if f.Jitter > 0 {
		what = fmt.Sprintf("%s ± %s latency", ms(f.Delay), ms(f.Jitter))
	}
	return requestedOf(f.Call, what, f.Probability, f.First)
}

func (f APILatency) Inject(_ context.Context, s *Surface) (Injection, error) {
	rule := AWSRule{f.Call, f.Probability, f.First, Delayed{f.Delay, f.Jitter}}
	return injectRule(s, rule, func(c AWSCounts) Measurement {
		held := 0
		for _, n := range c.By {
			held += n
		}
		if held == 0 {
			return Measurement{Text: shareOf(0, c.Seen, "calls")}
		}
		return Measurement{Acted: true, Text: fmt.Sprintf("%s on average, %s", ms(c.Delayed/time.Duration(held)), shareOf(held, c.Seen, "calls"))}
	})
}
