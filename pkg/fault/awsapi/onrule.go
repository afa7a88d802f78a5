package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
)

// onAWS is an AWS rule as an active fault.
type onAWS struct {
	rule   awsrules.Rule
	active *awsrules.Active
	judge  func(awsrules.Counts) fault.Measurement
	seen   int // calls that the rule had matched when it was removed
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
	return &onAWS{rule: rule, active: active, judge: judge}, nil
}

// Measure judges the effect. The rule must be in force, have hit the requested share of the calls, and hit the last
// ones, as far as chance goes.
func (o *onAWS) Measure(context.Context) (fault.Measurement, error) {
	c := o.active.Counts()
	m := o.judge(c)
	m.Acted = m.Acted && o.active.InForce() && plausible(o.rule, c)
	return m, nil
}

// plausible reports whether chance explains how many calls a rule was to hit. Its first ones may be all that it hits.
func plausible(r awsrules.Rule, c awsrules.Counts) bool {
	p, drawn := r.Probability, c.Hit+c.Missed
	if p == 0 {
		p = 1
	}
	if r.First > 0 {
		return c.Hit <= r.First
	}
	return chance.MayHit(p, c.Seen, drawn) && chance.MayMiss(p, c.Since)
}

func (o *onAWS) Revert(context.Context) error {
	o.active.Remove()
	o.seen = o.active.Counts().Seen
	return nil
}

// Left counts the calls that the rule has matched since.
func (o *onAWS) Left(context.Context) (fault.Measurement, error) {
	n := o.active.Counts().Seen - o.seen
	return fault.Measurement{Acted: o.active.InForce() || n > 0, Text: fmt.Sprintf("%d calls matched since", n)}, nil
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
