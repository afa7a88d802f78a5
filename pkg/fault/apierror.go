package fault

import (
	"context"
	"strconv"
)

// APIError has the AWS API answer with an error; the call has no effect. Without Code and Status
// it is the error by which the service says that it failed, which SDKs retry.
type APIError struct {
	Call        Call
	Code        string  // "ResourceNotFoundException"
	Status      int     // HTTP; 0 means 500, or 400 where there is a Code
	Probability float64 // that a call is hit; 0 means all
	First       int     // only that many are hit; 0 means no limit
}

// Kind is the catalog's entry.
func (APIError) Kind() Kind {
	return Kind{Name: "error", Needs: "aws", Says: "calls are answered with an error and have no effect",
		Example: "aws/dynamodb/PutItem:error=InternalServerError,probability=0.2@2s..5s", Target: "Call", Value: "Code"}
}

func (f APIError) Requested() string {
	what := f.Code
	if what == "" {
		what = "server error"
	}
	if f.Status != 0 {
		what += " (" + strconv.Itoa(f.Status) + ")"
	}
	return requestedOf(f.Call, what, f.Probability, f.First)
}

func (f APIError) Inject(_ context.Context, s *Surface) (Injection, error) {
	return injectRule(s, AWSRule{f.Call, f.Probability, f.First, Answer{Code: f.Code, Status: f.Status}}, hits)
}
