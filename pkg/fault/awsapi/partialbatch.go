package awsapi

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
)

// PartialBatch makes batch operations of the AWS API fail for a share of their entries. These entries are not
// sent on, so an entry reported as failed certainly had no effect. The others take effect.
type PartialBatch struct {
	Call        awsrules.Call
	Share       float64 // of the entries of each batch; 0 means half
	Probability float64 // that a batch is hit; 0 means all
	First       int     // hit only that many batches; 0 means no limit
}

func (f PartialBatch) share() float64 {
	if f.Share == 0 {
		return 0.5
	}
	return f.Share
}

// Kind returns the catalog's entry.
func (PartialBatch) Kind() fault.Kind {
	return fault.Kind{Name: "partial-batch", Needs: "aws", Says: "a share of a batch's entries fail and have no effect",
		Example: "aws/sqs/SendMessageBatch:partial-batch=0.2@2s..5s", Target: "Call", Value: "Share"}
}

func (f PartialBatch) Requested() string {
	return requestedOf(f.Call, fmt.Sprintf("%.4g %% of batch entries fail", 100*f.share()), f.Probability, f.First)
}

func (f PartialBatch) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	rule := awsrules.Rule{
		Call: f.Call, Probability: f.Probability, First: f.First, Effect: awsrules.Partial{Share: f.share()},
	}
	return injectRule(s, rule, func(c awsrules.Counts) fault.Measurement {
		return fault.Measurement{Acted: c.Failed > 0 && chance.MayHit(f.share(), c.Entries, c.Failed),
			Text: say.Part(c.Failed, c.Entries, "entries")}
	})
}
