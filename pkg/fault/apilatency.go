package fault

import (
	"context"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/fault/internal/say"
)

// APILatency has the AWS API answer late: calls are held back before they are sent.
type APILatency struct {
	Call        Call
	Delay       time.Duration
	Jitter      time.Duration // at most Delay
	Probability float64       // that a call is hit; 0 means all
	First       int           // only that many are hit; 0 means no limit
}

// Kind is the catalog's entry.
func (APILatency) Kind() Kind {
	return Kind{Name: "api-latency", Needs: "aws", Says: "calls are held back before they are sent",
		Example: "aws/s3:api-latency=300ms@2s..5s", Target: "Call", Value: "Delay"}
}

func (f APILatency) Requested() string {
	what := say.Time(f.Delay) + " latency"
	if f.Jitter > 0 {
		what = fmt.Sprintf("%s ± %s latency", say.Time(f.Delay), say.Time(f.Jitter))
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
			return Measurement{Text: say.Part(0, c.Seen, "calls")}
		}
		return Measurement{Acted: true, Text: fmt.Sprintf("%s on average, %s", say.Time(c.Delayed/time.Duration(held)), say.Part(held, c.Seen, "calls"))}
	})
}
