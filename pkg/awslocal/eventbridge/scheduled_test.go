package eventbridge_test

import (
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const (
	functionARN = "arn:aws:lambda:us-east-1:000000000000:function:f"
	machineARN  = "arn:aws:states:us-east-1:000000000000:stateMachine:m"
)

// every makes a scheduled rule with one target.
func (f fixture) every(t *testing.T, expression string, target types.Target) {
	t.Helper()
	must[*sdk.PutRuleOutput](t)(f.PutRule(ctx, &sdk.PutRuleInput{Name: ptr("timer"), ScheduleExpression: &expression}))
	must[*sdk.PutTargetsOutput](t)(f.PutTargets(ctx, &sdk.PutTargetsInput{
		Rule: ptr("timer"), Targets: []types.Target{target},
	}))
}

func TestAScheduledRuleCallsItsTargets(t *testing.T) {
	f := start(t, nil)
	f.every(t, "rate(5 minutes)", types.Target{Id: ptr("f"), Arn: ptr(functionARN)})
	for i := range 3 {
		f.advance(t, 5*time.Minute)
		c := f.caller.next(t)
		if c.operation != "lambda Invoke" || c.in["FunctionName"] != functionARN || c.in["InvocationType"] != "Event" {
			t.Fatalf("%+v", c)
		}
		payload, _ := base64.StdEncoding.DecodeString(c.in["Payload"].(string))
		var event map[string]any
		if err := json.Unmarshal(payload, &event); err != nil {
			t.Fatal(err)
		}
		at := epoch.Add(time.Duration(i+1) * 5 * time.Minute).Format(time.RFC3339)
		if event["detail-type"] != "Scheduled Event" || event["source"] != "aws.events" || event["time"] != at ||
			event["resources"].([]any)[0] != "arn:aws:events:us-east-1:000000000000:rule/timer" {
			t.Errorf("%s", payload)
		}
	}
	must[*sdk.DisableRuleOutput](t)(f.DisableRule(ctx, &sdk.DisableRuleInput{Name: ptr("timer")}))
	f.clock.Advance(time.Hour)
	must[*sdk.EnableRuleOutput](t)(f.EnableRule(ctx, &sdk.EnableRuleInput{Name: ptr("timer")}))
	f.advance(t, 5*time.Minute)
	f.caller.next(t)
	if len(f.caller.calls) != 0 {
		t.Errorf("a disabled rule called %+v", f.caller.next(t))
	}
	out := must[*sdk.DescribeRuleOutput](t)(f.DescribeRule(ctx, &sdk.DescribeRuleInput{Name: ptr("timer")}))
	if *out.ScheduleExpression != "rate(5 minutes)" || out.EventPattern != nil {
		t.Errorf("%+v", out)
	}
}

func TestACronStartsAStateMachine(t *testing.T) {
	f := start(t, nil)
	f.every(t, "cron(30 18 ? * WED *)", types.Target{Id: ptr("m"), Arn: ptr(machineARN), Input: ptr(`{"n":1}`)})
	f.advance(t, 6*time.Hour+30*time.Minute) // the epoch is a Wednesday's noon
	c := f.caller.next(t)
	if c.operation != "states StartExecution" || c.in["stateMachineArn"] != machineARN || c.in["input"] != `{"n":1}` {
		t.Errorf("%+v", c)
	}
}

// A scheduled event is retried like any other.
func TestAScheduledEventIsADeadLetter(t *testing.T) {
	f := start(t, failing(api.Errorf("ResourceNotFoundException", "Function not found")))
	f.every(t, "rate(1 minute)", types.Target{
		Id: ptr("f"), Arn: ptr(functionARN), DeadLetterConfig: &types.DeadLetterConfig{Arn: ptr(dlqARN)},
	})
	f.advance(t, time.Minute)
	f.caller.next(t)
	if dead := f.caller.next(t); dead.attribute("ERROR_CODE") != "NO_RESOURCE" {
		t.Errorf("%+v", dead)
	}
}

func TestSchedulesThatAreRefused(t *testing.T) {
	f := start(t, nil)
	must[*sdk.CreateEventBusOutput](t)(f.CreateEventBus(ctx, &sdk.CreateEventBusInput{Name: ptr("own")}))
	for _, text := range []string{"rate(1 minutes)", "at(2030-01-01T00:00:00)", "cron(* * * * *)", "hourly"} {
		_, err := f.PutRule(ctx, &sdk.PutRuleInput{Name: ptr("r"), ScheduleExpression: &text})
		wantError(t, err, "ValidationException", "Parameter ScheduleExpression is not valid.")
	}
	_, err := f.PutRule(ctx, &sdk.PutRuleInput{
		Name: ptr("r"), EventBusName: ptr("own"), ScheduleExpression: ptr("rate(1 minute)"),
	})
	wantError(t, err, "ValidationException", "only on the default event bus")
}
