package awsapi

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
)

// Rules is several AWS rules as one fault, for example those of a file in the format of LocalStack's Chaos
// API. It has acted when each rule has hit something.
type Rules struct {
	Name  string // the file's name, for Requested
	Rules []awsrules.Rule
}

func (f Rules) Requested() string { return fmt.Sprintf("%s: %d AWS rules", f.Name, len(f.Rules)) }

func (f Rules) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	if len(f.Rules) == 0 {
		return nil, errors.New("inject AWS rules: there are none")
	}
	var all ruleSet
	for _, rule := range f.Rules {
		one, err := injectRule(s, rule, hits)
		if err != nil {
			return nil, errors.Join(err, all.Revert(ctx))
		}
		all = append(all, one)
	}
	return all, nil
}

// ruleSet is an active Rules.
type ruleSet []fault.Injection

func (r ruleSet) Measure(ctx context.Context) (fault.Measurement, error) {
	acted := true
	var texts []string
	for i, one := range r {
		m, err := one.Measure(ctx)
		if err != nil {
			return fault.Measurement{}, err
		}
		acted = acted && m.Acted
		texts = append(texts, fmt.Sprintf("rule %d: %s", i+1, m.Text))
	}
	return fault.Measurement{Acted: acted, Text: strings.Join(texts, "; ")}, nil
}

func (r ruleSet) Left(ctx context.Context) (fault.Measurement, error) {
	var all fault.Measurement
	var texts []string
	for i, one := range r {
		m, err := one.Left(ctx)
		if err != nil {
			return fault.Measurement{}, err
		}
		all.Acted = all.Acted || m.Acted
		texts = append(texts, fmt.Sprintf("rule %d: %s", i+1, m.Text))
	}
	all.Text = strings.Join(texts, "; ")
	return all, nil
}

func (r ruleSet) Revert(ctx context.Context) error {
	var errs []error
	for _, one := range r {
		errs = append(errs, one.Revert(ctx))
	}
	return errors.Join(errs...)
}
