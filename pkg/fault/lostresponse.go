package fault

import "context"

// LostResponse lets calls of the AWS API take effect and loses the answers: the client sees the
// connection reset. This is where duplicates come from, the SDK's own retry included.
type LostResponse struct {
	Call        Call
	Probability float64 // that the answer to a call that succeeds is lost; 0 means all
	First       int     // only that many are lost; 0 means no limit
}

// Kind is the catalog's entry.
func (LostResponse) Kind() Kind {
	return Kind{Name: "lost-response", Needs: "aws", Says: "calls take effect and the answers are lost",
		Example: "dispatcher→aws/sns/Publish:lost-response=0.3@2s..5s", Target: "Call", Value: "Probability"}
}

func (f LostResponse) Requested() string {
	return requestedOf(f.Call, "response lost after success", f.Probability, f.First)
}

func (f LostResponse) Inject(_ context.Context, s *Surface) (Injection, error) {
	return injectRule(s, AWSRule{f.Call, f.Probability, f.First, Lost{}}, hits)
}
