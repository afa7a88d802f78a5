package conformance

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// scheduled makes a rule on the default bus that is due at times, and is disabled.
func (e *Env) scheduled(t *testing.T, expression string) (string, error) {
	t.Helper()
	name := e.Name()
	_, err := e.Events.PutRule(t.Context(), &eventbridge.PutRuleInput{
		Name: &name, ScheduleExpression: &expression, State: types.RuleStateDisabled,
	})
	return name, err
}

var eventSchedules = []Case{
	{"a scheduled rule is described as it was made", func(t *testing.T, e *Env) {
		name := ok(e.scheduled(t, "rate(5 minutes)"))(t)
		out := ok(e.Events.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: &name}))(t)
		equal(t, "expression", *out.ScheduleExpression, "rate(5 minutes)")
		equal(t, "state", out.State, types.RuleStateDisabled)
	}},
	{"a scheduled rule can be put again with another schedule", func(t *testing.T, e *Env) {
		name := ok(e.scheduled(t, "rate(1 hour)"))(t)
		ok(e.Events.PutRule(t.Context(), &eventbridge.PutRuleInput{
			Name: &name, ScheduleExpression: str("cron(0 12 ? * MON-FRI *)"), State: types.RuleStateDisabled,
		}))(t)
		out := ok(e.Events.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: &name}))(t)
		equal(t, "expression", *out.ScheduleExpression, "cron(0 12 ? * MON-FRI *)")
		ok(e.Events.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: &name}))(t)
		fails1(e.Events.DescribeRule(t.Context(), &eventbridge.DescribeRuleInput{Name: &name}))(t, notFound)
	}},
	{"a malformed schedule is ValidationException", func(t *testing.T, e *Env) {
		for _, expression := range []string{"hourly", "rate(5 fortnights)", "rate(0 minutes)", "rate(1 minutes)"} {
			fails1(e.scheduled(t, expression))(t, validation)
		}
	}},
	{"a schedule on another bus than the default one is ValidationException", func(t *testing.T, e *Env) {
		fails1(e.Events.PutRule(t.Context(), &eventbridge.PutRuleInput{
			Name: str(e.Name()), EventBusName: str(e.bus(t)), ScheduleExpression: str("rate(1 hour)"),
		}))(t, validation)
	}},
}
