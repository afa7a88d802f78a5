package awsapi

import (
	"context"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
)

// LostResponse lets calls of the AWS API take effect and loses their answers: the client sees a connection
// reset. Retries, including the SDK's own, then cause duplicates.
type LostResponse struct {
	Call        awsrules.Call
	Probability float64 // that the answer to a successful call is lost; 0 means all
	First       int     // lose only that many; 0 means no limit
}

// Kind returns the catalog's entry.
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
