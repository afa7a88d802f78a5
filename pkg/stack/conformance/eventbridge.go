package conformance

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

// bus makes an event bus.
func (e *Env) bus(t *testing.T) string {
	t.Helper()
	name := e.Name()
	ok(e.Events.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: &name}))(t)
	return name
}

// rule makes a bus with a rule of a pattern that sends to a queue. change adjusts the target.
func (e *Env) rule(t *testing.T, pattern string, change func(*types.Target)) (bus, rule, queue string) {
	t.Helper()
	bus, rule, queue = e.bus(t), e.Name(), e.queue(t, nil)
	out := ok(e.Events.PutRule(t.Context(), &eventbridge.PutRuleInput{
		Name: &rule, EventBusName: &bus, EventPattern: &pattern,
	}))(t)
	arn := e.arn(t, queue)
	e.setAttributes(t, queue, attrs{"Policy": fmt.Sprintf(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},`+
			`"Action":"sqs:SendMessage","Resource":%q,"Condition":{"ArnEquals":{"aws:SourceArn":%q}}}]}`, arn, *out.RuleArn)})
	target := types.Target{Id: str("1"), Arn: &arn}
	if change != nil {
		change(&target)
	}
	put := ok(e.Events.PutTargets(t.Context(), &eventbridge.PutTargetsInput{
		Rule: &rule, EventBusName: &bus, Targets: []types.Target{target},
	}))(t)
	equal(t, "failed targets", put.FailedEntryCount, 0)
	return bus, rule, queue
}

func (e *Env) event(t *testing.T, bus, source, kind, detail string) string {
	t.Helper()
	out := ok(e.Events.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{EventBusName: &bus, Source: &source, DetailType: &kind, Detail: &detail},
	}}))(t)
	equal(t, "failed events", out.FailedEntryCount, 0)
	return *out.Entries[0].EventId
}

// event is what a target receives.
type event struct {
	Version, Id, Source, Account, Time, Region string
	DetailType                                 string `json:"detail-type"`
	Detail                                     json.RawMessage
}
