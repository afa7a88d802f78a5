package fault

import "context"

// Throttle has the AWS API answer that it is asked too much, with the error of the service at
// hand (ProvisionedThroughputExceededException, SlowDown, …); the call has no effect.
type Throttle struct {
	Call        Call
	Probability float64 // that a call is hit; 0 means all
	First       int     // only that many are hit; 0 means no limit
}

// Kind is the catalog's entry.
func (Throttle) Kind() Kind {
	return Kind{Name: "throttle", Needs: "aws", Says: "calls are answered with the service's own throttling error",
		Example: "aws/sqs/SendMessage:throttle=0.3@2s..5s", Target: "Call", Value: "Probability"}
}

func (f Throttle) Requested() string {
	return requestedOf(f.Call, "throttled", f.Probability, f.First)
}

func (f Throttle) Inject(_ context.Context, s *Surface) (Injection, error) {
	return injectRule(s, AWSRule{f.Call, f.Probability, f.First, Throttled{}}, hits)
}
