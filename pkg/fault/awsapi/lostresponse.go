package awsapi

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
)

// LostResponse lets calls of the AWS API take effect and loses the answers: the client sees the
// connection reset. This is where duplicates come from, the SDK's own retry included.
type LostResponse struct {
	Call        awsrules.Call
	Probability float64 // that the answer to a call that succeeds is lost; 0 means all
	First       int     // only that many are lost; 0 means no limit
}

// fault.Kind is the catalog's entry.
func (LostResponse) Kind() fault.Kind {
	return fault.Kind{Name: "lost-response", Needs: "aws", Says: "calls take effect and the answers are lost",
		Example: "dispatcher→aws/sns/Publish:lost-response=0.3@2s..5s", Target: "Call", Value: "Probability"}
}

func (f LostResponse) Requested() string {
	return requestedOf(f.Call, "response lost after success", f.Probability, f.First)
}

func (f LostResponse) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	return injectRule(s, awsrules.Rule{Call: f.Call, Probability: f.Probability, First: f.First, Effect: awsrules.Lost{}},
		hits)
}
