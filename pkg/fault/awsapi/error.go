package awsapi

import (
	"context"
	"strconv"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
)

// Error makes the AWS API answer with an error; the call has no effect. Without Code and Status it is the
// service's own internal error, which SDKs retry.
type Error struct {
	Call        awsrules.Call
	Code        string  // "ResourceNotFoundException"
	Status      int     // HTTP; 0 means 500, or 400 with a Code
	Probability float64 // that a call is hit; 0 means all
	First       int     // only that many are hit; 0 means no limit
}

// Kind returns the catalog's entry.
func (Error) Kind() fault.Kind {
	return fault.Kind{Name: "error", Needs: "aws", Says: "calls are answered with an error and have no effect",
		Example: "aws/dynamodb/PutItem:error=InternalServerError,probability=0.2@2s..5s", Target: "Call", Value: "Code"}
}

func (f Error) Requested() string {
	what := f.Code
	if what == "" {
		what = "server error"
	}
	if f.Status != 0 {
		what += " (" + strconv.Itoa(f.Status) + ")"
	}
	return requestedOf(f.Call, what, f.Probability, f.First)
}

func (f Error) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	return injectRule(s,
		awsrules.Rule{Call: f.Call, Probability: f.Probability, First: f.First, Effect: awsrules.Answer{
			Code: f.Code, Status: f.Status,
		}}, hits)
}
