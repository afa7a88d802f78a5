package awsapi

import (
	"context"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
)

// Latency makes the AWS API answer late: calls are delayed before they are sent.
type Latency struct {
	Call        awsrules.Call
	Delay       time.Duration
	Jitter      time.Duration // at most Delay
	Probability float64       // that a call is hit; 0 means all
	First       int           // only that many are hit; 0 means no limit
}

// Kind returns the catalog's entry.
func (Latency) Kind() fault.Kind {
	return fault.Kind{Name: "api-latency", Needs: "aws", Says: "calls are held back before they are sent",
		Example: "aws/s3:api-latency=300ms@2s..5s", Target: "Call", Value: "Delay"}
}

func (f Latency) Requested() string {
	what := say.Time(f.Delay) + " latency"
	if f.Jitter > 0 {
		what = fmt.Sprintf("%s ± %s latency", say.Time(f.Delay), say.Time(f.Jitter))
	}
	return requestedOf(f.Call, what, f.Probability, f.First)
}

func (f Latency) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	rule := awsrules.Rule{
		Call: f.Call, Probability: f.Probability, First: f.First, Effect: awsrules.Delayed{Delay: f.Delay, Jitter: f.Jitter},
	}
	return injectRule(s, rule, func(c awsrules.Counts) fault.Measurement {
		return f.judge(c)
	})
}

// judge sees the effect if calls were held back for as long as requested, on average, or if no caller waited for it.
func (f Latency) judge(c awsrules.Counts) fault.Measurement {
	held := 0
	for _, n := range c.By {
		held += n
	}
	waited := held - c.GaveUp
	switch {
	case held == 0:
		return fault.Measurement{Text: say.Part(0, c.Seen, "calls")}
	case waited == 0:
		return fault.Measurement{Acted: true, Text: "every caller gave up, " + say.Part(held, c.Seen, "calls")}
	}
	average := c.Delayed / time.Duration(waited)
	return fault.Measurement{
		Acted: average >= (f.Delay-f.Jitter)*9/10,
		Text:  fmt.Sprintf("%s on average, %s", say.Time(average), say.Part(held, c.Seen, "calls")),
	}
}
