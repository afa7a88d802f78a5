package awsapi

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
)

// Throttle makes the AWS API answer with the service's own throttling error
// (ProvisionedThroughputExceededException, SlowDown, …); the call has no effect.
type Throttle struct {
	Call        awsrules.Call
	Probability float64 // that a call is hit; 0 means all
	First       int     // only that many are hit; 0 means no limit
}

// Kind returns the catalog's entry.
func (Throttle) Kind() fault.Kind {
	return fault.Kind{Name: "throttle", Needs: "aws", Says: "calls are answered with the service's own throttling error",
		Example: "aws/sqs/SendMessage:throttle=0.3@2s..5s", Target: "Call", Value: "Probability"}
}

func (f Throttle) Requested() string {
	return requestedOf(f.Call, "throttled", f.Probability, f.First)
}

func (f Throttle) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	return injectRule(s,
		awsrules.Rule{Call: f.Call, Probability: f.Probability, First: f.First, Effect: awsrules.Throttled{}}, hits)
}
