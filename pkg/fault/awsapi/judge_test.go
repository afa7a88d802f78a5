package awsapi

import (
	"context"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
)

// A rule has acted if it hits about as many calls as requested, and its latest ones.
func TestPlausible(t *testing.T) {
	third := awsrules.Rule{Probability: 0.3}
	for name, c := range map[string]struct {
		rule   awsrules.Rule
		counts awsrules.Counts
		want   bool
	}{
		"a third of the calls":           {third, awsrules.Counts{Seen: 100, Hit: 31, Since: 3}, true},
		"every call":                     {third, awsrules.Counts{Seen: 100, Hit: 100}, false},
		"hardly any":                     {third, awsrules.Counts{Seen: 100, Hit: 1, Since: 3}, false},
		"a third, and then none":         {third, awsrules.Counts{Seen: 100, Hit: 30, Since: 60}, false},
		"a third, most without effect":   {third, awsrules.Counts{Seen: 100, Hit: 10, Missed: 20, Since: 1}, true},
		"all are to be hit, and are":     {awsrules.Rule{}, awsrules.Counts{Seen: 9, Hit: 9}, true},
		"all are to be hit, and one not": {awsrules.Rule{}, awsrules.Counts{Seen: 9, Hit: 8, Since: 1}, false},
		"the first few":                  {awsrules.Rule{First: 2}, awsrules.Counts{Seen: 100, Hit: 2, Since: 98}, true},
		"more than the first few":        {awsrules.Rule{First: 2}, awsrules.Counts{Seen: 100, Hit: 3, Since: 97}, false},
	} {
		if got := plausible(c.rule, c.counts); got != c.want {
			t.Errorf("%s: %t, want %t", name, got, c.want)
		}
	}
}

// A rule that something else has removed no longer acts, and one that nothing has removed is left.
func TestARuleActsWhileItIsInForce(t *testing.T) {
	s := &fault.Surface{AWS: awsrules.New(1)}
	injection, err := injectRule(s, awsrules.Rule{Effect: awsrules.Lost{}}, func(awsrules.Counts) fault.Measurement {
		return fault.Measurement{Acted: true}
	})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		acts := injection.(*onAWS).active.InForce()
		if m, err := injection.Measure(t.Context()); err != nil || m.Acted != acts {
			t.Errorf("in force: %t: measured %+v, %v", acts, m, err)
		}
		if m, err := injection.Left(t.Context()); err != nil || m.Acted != acts {
			t.Errorf("in force: %t: left %+v, %v", acts, m, err)
		}
		injection.(*onAWS).active.Remove()
	}
}

// Calls that are held back for a moment are not held back as requested.
func TestLatencyIsJudgedByItsAverage(t *testing.T) {
	const ms = time.Millisecond
	f, ten := Latency{Delay: 100 * ms, Jitter: 20 * ms}, map[string]int{"sqs/SendMessage": 10}
	for name, c := range map[string]struct {
		counts awsrules.Counts
		want   bool
	}{
		"as requested":               {awsrules.Counts{Seen: 10, By: ten, Delayed: 1000 * ms}, true},
		"within the jitter":          {awsrules.Counts{Seen: 10, By: ten, Delayed: 800 * ms}, true},
		"less":                       {awsrules.Counts{Seen: 10, By: ten, Delayed: 700 * ms}, false},
		"as requested, of who waits": {awsrules.Counts{Seen: 10, By: ten, GaveUp: 5, Delayed: 500 * ms}, true},
		"nobody waits":               {awsrules.Counts{Seen: 10, By: ten, GaveUp: 10}, true},
		"no calls":                   {awsrules.Counts{Seen: 10}, false},
	} {
		if m := f.judge(c.counts); m.Acted != c.want {
			t.Errorf("%s: %+v, want %t", name, m, c.want)
		}
	}
}

// seen is an injection with a fixed measurement.
type seen bool

func (s seen) Measure(context.Context) (fault.Measurement, error) {
	return fault.Measurement{Acted: bool(s)}, nil
}
func (s seen) Left(ctx context.Context) (fault.Measurement, error) { return s.Measure(ctx) }
func (seen) Revert(context.Context) error                          { return nil }

// Rules have acted when each has, and are over when all are.
func TestRulesActTogether(t *testing.T) {
	for _, c := range []struct {
		rules       ruleSet
		acted, left bool
	}{
		{ruleSet{seen(true), seen(true)}, true, true},
		{ruleSet{seen(false), seen(true)}, false, true},
		{ruleSet{seen(true), seen(false)}, false, true},
		{ruleSet{seen(false), seen(false)}, false, false},
	} {
		m, err := c.rules.Measure(t.Context())
		l, err2 := c.rules.Left(t.Context())
		if err != nil || err2 != nil || m.Acted != c.acted || l.Acted != c.left {
			t.Errorf("%v: acted %t, left %t; want %t, %t", c.rules, m.Acted, l.Acted, c.acted, c.left)
		}
	}
}
