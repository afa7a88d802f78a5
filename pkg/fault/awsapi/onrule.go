package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
)

// onAWS is an AWS rule as an active fault.
type onAWS struct {
	active *awsrules.Active
	judge  func(awsrules.Counts) fault.Measurement
}

// injectRule puts a rule into force.
func injectRule(s *fault.Surface, rule awsrules.Rule,
	judge func(awsrules.Counts) fault.Measurement) (fault.Injection, error) {
	if s.AWS == nil {
		return nil, errors.New("inject AWS fault: there are no AWS clients here")
	}
	active, err := s.AWS.Add(rule)
	if err != nil {
		return nil, err
	}
	return &onAWS{active, judge}, nil
}

func (o *onAWS) Measure(context.Context) (fault.Measurement, error) {
	return o.judge(o.active.Counts()), nil
}

func (o *onAWS) Revert(context.Context) error {
	o.active.Remove()
	return nil
}

// hits counts a rule as acted if it hit anything.
func hits(c awsrules.Counts) fault.Measurement {
	return fault.Measurement{Acted: c.Hit > 0, Text: say.Part(c.Hit, c.Seen, "calls") + operations(c)}
}

// operations lists the hit operations, if there is more than one: ": 3 sqs/SendMessage, 1 sns/Publish".
func operations(c awsrules.Counts) string {
	if len(c.By) < 2 {
		return ""
	}
	var names []string
	for name, n := range c.By {
		names = append(names, fmt.Sprintf("%d %s", n, name))
	}
	slices.SortFunc(names, func(a, b string) int {
		return strings.Compare(a[strings.Index(a, " "):], b[strings.Index(b, " "):])
	})
	return ": " + strings.Join(names, ", ")
}

// requestedOf names a rule's calls and share, for Requested: "aws/sqs: throttle 30 % of calls".
func requestedOf(c awsrules.Call, what string, probability float64, first int) string {
	share := ""
	switch {
	case first > 0 && probability > 0 && probability < 1:
		share = fmt.Sprintf(", %.4g %% of calls, the first %d hits", 100*probability, first)
	case first > 0:
		share = fmt.Sprintf(", the first %d calls", first)
	case probability > 0 && probability < 1:
		share = fmt.Sprintf(", %.4g %% of calls", 100*probability)
	}
	return c.String() + ": " + what + share
}
