package eventbridge

import (
	"regexp"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/eventpattern"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/schedule"
)

const (
	maxRules   = 300  // a bus
	maxPattern = 2048 // characters
)

var name64 = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,64}$`)

// rule is one rule of a bus. Its name and ARN never change; the rest is guarded by the
// service's lock.
type rule struct {
	name, arn, bus string
	description    string
	role           string
	text           string                // the pattern's original text
	pattern        *eventpattern.Pattern // nil: it matches nothing
	schedule       *schedule.Schedule
	expression     string    // of the schedule
	since          time.Time // when the schedule was put
	timer          clockwork.Timer
	enabled        bool
	targets        map[string]*target // a target is replaced, never changed
	tags           map[string]string
}

func (b *bus) rule(name string) (*rule, error) {
	if r := b.rules[name]; r != nil {
		return r, nil
	}
	return nil, notFound("Rule %s does not exist on EventBus %s.", name, b.name)
}

// ruleRef is how operations name a rule.
type ruleRef struct{ Name, EventBusName string }

func (a *account) rule(ref ruleRef) (*rule, error) {
	b, err := a.bus(ref.EventBusName)
	if err != nil {
		return nil, err
	}
	return b.rule(ref.Name)
}

// parsePattern compiles a pattern, or returns AWS's error for it.
func parsePattern(text string) (*eventpattern.Pattern, error) {
	p, err := eventpattern.Parse(text, maxPattern)
	if err != nil {
		return nil, api.Errorf("InvalidEventPatternException", "Event pattern is not valid. Reason: %v", err)
	}
	return p, nil
}

func (s *Service) putRule(a *account, in *struct {
	ruleRef
	EventPattern, ScheduleExpression, State, Description, RoleArn string
	Tags                                                          []tag
}) (any, error) {
	if !name64.MatchString(in.Name) {
		return nil, member(in.Name, "name", `satisfy regular expression pattern: [\.\-_A-Za-z0-9]+`)
	}
	b, err := a.bus(in.EventBusName)
	if err != nil {
		return nil, err
	}
	switch {
	case in.ScheduleExpression != "" && b.name != "default":
		return nil, validation("ScheduleExpression is supported only on the default event bus.")
	case in.EventPattern == "" && in.ScheduleExpression == "":
		return nil, validation("Parameter(s) EventPattern or ScheduleExpression must be specified.")
	case in.State != "" && in.State != "ENABLED" && in.State != "DISABLED":
		return nil, member(in.State, "state",
			"satisfy enum value set: [ENABLED, DISABLED, ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS]")
	}
	var p *eventpattern.Pattern
	if in.EventPattern != "" {
		if p, err = parsePattern(in.EventPattern); err != nil {
			return nil, err
		}
	}
	due, err := parseSchedule(in.ScheduleExpression)
	if err != nil {
		return nil, err
	}
	r := b.rules[in.Name]
	if r == nil {
		if len(b.rules) >= maxRules {
			return nil, exceeded()
		}
		resource := "rule/" + in.Name
		if b.name != "default" {
			resource = "rule/" + b.name + "/" + in.Name
		}
		// Tags are for new rules only: on an update AWS ignores them.
		r = &rule{name: in.Name, arn: a.arn(resource), bus: b.name, targets: map[string]*target{}, tags: map[string]string{}}
		for _, t := range in.Tags {
			r.tags[t.Key] = t.Value
		}
		b.rules[in.Name] = r
	}
	r.text, r.pattern, r.description, r.role = in.EventPattern, p, in.Description, in.RoleArn
	r.enabled = in.State != "DISABLED"
	if r.expression != in.ScheduleExpression {
		r.expression, r.schedule, r.since = in.ScheduleExpression, due, s.now()
	}
	s.arm(a, r)
	return struct{ RuleArn string }{r.arn}, nil
}

func (s *Service) deleteRule(a *account, in *ruleRef) (any, error) {
	b, err := a.bus(in.EventBusName)
	if err != nil {
		return nil, err
	}
	// Deleting a missing rule succeeds.
	if r := b.rules[in.Name]; r != nil {
		if len(r.targets) > 0 {
			return nil, validation("Rule can't be deleted since it has targets.")
		}
		r.disarm()
		delete(b.rules, in.Name)
	}
	return nil, nil
}

type ruleShape struct {
	Name, Arn, EventBusName, State string

	EventPattern       string `json:",omitempty"`
	ScheduleExpression string `json:",omitempty"`

	Description string `json:",omitempty"`
	RoleArn     string `json:",omitempty"`
	CreatedBy   string `json:",omitempty"`
}

func (r *rule) shape() ruleShape {
	state := "DISABLED"
	if r.enabled {
		state = "ENABLED"
	}
	return ruleShape{
		Name: r.name, Arn: r.arn, EventBusName: r.bus, EventPattern: r.text, ScheduleExpression: r.expression,
		State: state, Description: r.description, RoleArn: r.role,
	}
}

func (s *Service) describeRule(a *account, in *ruleRef) (any, error) {
	r, err := a.rule(*in)
	if err != nil {
		return nil, err
	}
	shape := r.shape()
	shape.CreatedBy = a.scope.Account
	return shape, nil
}

func (s *Service) listRules(a *account, in *struct {
	NamePrefix, EventBusName string
	page
}) (any, error) {
	b, err := a.bus(in.EventBusName)
	if err != nil {
		return nil, err
	}
	names, next, err := list(b.rules, in.page, func(name string, _ *rule) bool {
		return strings.HasPrefix(name, in.NamePrefix)
	})
	if err != nil {
		return nil, err
	}
	out := struct {
		Rules     []ruleShape
		NextToken string `json:",omitempty"`
	}{[]ruleShape{}, next}
	for _, name := range names {
		out.Rules = append(out.Rules, b.rules[name].shape())
	}
	return out, nil
}

func (s *Service) enableRule(a *account, in *ruleRef) (any, error) { return s.setEnabled(a, in, true) }
func (s *Service) disableRule(a *account, in *ruleRef) (any, error) {
	return s.setEnabled(a, in, false)
}

func (s *Service) setEnabled(a *account, in *ruleRef, enabled bool) (any, error) {
	r, err := a.rule(*in)
	if err != nil {
		return nil, err
	}
	r.enabled = enabled
	s.arm(a, r)
	return nil, nil
}
