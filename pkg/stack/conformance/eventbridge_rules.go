package conformance

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
)

var eventRules = []Case{
	{"a matching event reaches the queue, whole", func(t *testing.T, e *Env) {
		bus, _, queue := e.rule(t, `{"source":["shop"]}`, nil)
		id := e.event(t, bus, "shop", "placed", `{"order":7}`)
		var got event
		must(t, json.Unmarshal([]byte(*e.one(t, queue).Body), &got))
		equal(t, "id", got.Id, id)
		equal(t, "source", got.Source, "shop")
		equal(t, "detail-type", got.DetailType, "placed")
		equal(t, "detail", string(got.Detail), `{"order":7}`)
		equal(t, "version", got.Version, "0")
		if got.Time == "" || got.Account == "" || got.Region == "" {
			t.Errorf("got %+v", got)
		}
	}},
	{"an input path sends a part", func(t *testing.T, e *Env) {
		bus, _, queue := e.rule(t, `{"source":["shop"]}`, func(t *types.Target) { t.InputPath = str("$.detail") })
		e.event(t, bus, "shop", "placed", `{"order":7}`)
		equal(t, "body", *e.one(t, queue).Body, `{"order":7}`)
	}},
	{"a constant input replaces the event", func(t *testing.T, e *Env) {
		bus, _, queue := e.rule(t, `{"source":["shop"]}`, func(t *types.Target) { t.Input = str(`{"fixed":true}`) })
		e.event(t, bus, "shop", "placed", `{"order":7}`)
		equal(t, "body", *e.one(t, queue).Body, `{"fixed":true}`)
	}},
	{"a transformer makes a new message", func(t *testing.T, e *Env) {
		bus, _, queue := e.rule(t, `{"source":["shop"]}`, func(t *types.Target) {
			t.InputTransformer = &types.InputTransformer{
				InputPathsMap: map[string]string{"o": "$.detail.order"}, InputTemplate: str(`{"id": <o>}`),
			}
		})
		e.event(t, bus, "shop", "placed", `{"order":7}`)
		var got struct{ ID int }
		must(t, json.Unmarshal([]byte(*e.one(t, queue).Body), &got))
		equal(t, "id", got.ID, 7)
	}},
	{"a disabled rule sends nothing until it is enabled", func(t *testing.T, e *Env) {
		bus, rule, queue := e.rule(t, `{"source":["shop"]}`, nil)
		ok(e.Events.DisableRule(t.Context(), &eventbridge.DisableRuleInput{Name: &rule, EventBusName: &bus}))(t)
		e.event(t, bus, "shop", "placed", `{"n":1}`)
		equal(t, "messages", len(e.receive(t, queue, 1)), 0)
		ok(e.Events.EnableRule(t.Context(), &eventbridge.EnableRuleInput{Name: &rule, EventBusName: &bus}))(t)
		e.event(t, bus, "shop", "placed", `{"n":2}`)
		e.one(t, queue)
	}},
	{"a bus receives no events of another bus", func(t *testing.T, e *Env) {
		_, _, queue := e.rule(t, `{"source":["shop"]}`, nil)
		e.event(t, e.bus(t), "shop", "placed", `{}`)
		equal(t, "messages", len(e.receive(t, queue, 1)), 0)
	}},
	{"a rule lists its targets", func(t *testing.T, e *Env) {
		bus, rule, queue := e.rule(t, `{"source":["shop"]}`, nil)
		out := ok(e.Events.ListTargetsByRule(t.Context(), &eventbridge.ListTargetsByRuleInput{
			Rule: &rule, EventBusName: &bus,
		}))(t)
		equal(t, "targets", len(out.Targets), 1)
		equal(t, "target", *out.Targets[0].Arn, e.arn(t, queue))
	}},
	{"a rule with targets can't be deleted", func(t *testing.T, e *Env) {
		bus, rule, _ := e.rule(t, `{"source":["shop"]}`, nil)
		fails1(e.Events.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: &rule, EventBusName: &bus}))(t, validation)
	}},
	{"a missing bus is ResourceNotFoundException", func(t *testing.T, e *Env) {
		fails1(e.Events.DescribeEventBus(t.Context(), &eventbridge.DescribeEventBusInput{Name: str(e.Name())}))(t, notFound)
	}},
	{"creating a bus again is ResourceAlreadyExistsException", func(t *testing.T, e *Env) {
		name := e.bus(t)
		fails1(e.Events.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: &name}))(t,
			"ResourceAlreadyExistsException")
	}},
	{"a pattern that is not JSON is InvalidEventPatternException", func(t *testing.T, e *Env) {
		fails1(e.Events.PutRule(t.Context(), &eventbridge.PutRuleInput{
			Name: str(e.Name()), EventBusName: str(e.bus(t)), EventPattern: str("{"),
		}))(t,
			"InvalidEventPatternException")
	}},
	{"a rule needs a pattern or a schedule", func(t *testing.T, e *Env) {
		fails1(e.Events.PutRule(t.Context(), &eventbridge.PutRuleInput{
			Name: str(e.Name()), EventBusName: str(e.bus(t)),
		}))(t, validation)
	}},
	{"an event without a source fails alone", func(t *testing.T, e *Env) {
		bus := e.bus(t)
		out := ok(e.Events.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
			{EventBusName: &bus, Source: str("shop"), DetailType: str("placed"), Detail: str("{}")},
			{EventBusName: &bus, DetailType: str("placed"), Detail: str("{}")},
		}}))(t)
		equal(t, "failed", out.FailedEntryCount, 1)
		equal(t, "code", *out.Entries[1].ErrorCode, "InvalidArgument")
	}},
	{"a detail that is not JSON fails alone", func(t *testing.T, e *Env) {
		bus := e.bus(t)
		out := ok(e.Events.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
			{EventBusName: &bus, Source: str("shop"), DetailType: str("placed"), Detail: str("{")},
		}}))(t)
		equal(t, "failed", out.FailedEntryCount, 1)
		equal(t, "code", *out.Entries[0].ErrorCode, "MalformedDetail")
	}},
}
