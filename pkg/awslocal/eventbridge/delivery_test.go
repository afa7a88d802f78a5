package eventbridge_test

import (
	"encoding/base64"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

func TestDeliveryToEveryKindOfTarget(t *testing.T) {
	f := start(t, nil)
	must[*sdk.CreateEventBusOutput](t)(f.CreateEventBus(ctx, &sdk.CreateEventBusInput{Name: ptr("second")}))
	f.rule(t, "second", "r", types.Target{Id: ptr("t"), Arn: ptr("arn:aws:sqs:eu-west-1:111111111111:far")})
	f.rule(t, "", "r",
		types.Target{Id: ptr("fifo"), Arn: ptr(queueARN + ".fifo"), SqsParameters: &types.SqsParameters{
			MessageGroupId: ptr("g"),
		}},
		types.Target{Id: ptr("topic"), Arn: ptr("arn:aws:sns:us-east-1:000000000000:t"), InputPath: ptr("$.detail")},
		types.Target{Id: ptr("stream"), Arn: ptr("arn:aws:kinesis:us-east-1:000000000000:stream/s"),
			KinesisParameters: &types.KinesisParameters{
				PartitionKeyPath: ptr("$.detail.user"),
			}},
		types.Target{Id: ptr("bus"), Arn: ptr("arn:aws:events:us-east-1:000000000000:event-bus/second")},
		types.Target{Id: ptr("fixed"), Arn: ptr(queueARN), Input: ptr(`{"fixed":true}`)},
	)
	id := f.put(t, "", `{ "user": "ann", "n": 1 }`)
	whole := `{"version":"0","id":"` + id +
		`","detail-type":"order","source":"shop","account":"000000000000","time":"2024-05-01T12:00:00Z","region":"us-east-1","resources":[],"detail":{"user":"ann","n":1}}`

	got := map[string]call{}
	for range 5 {
		c := f.caller.next(t)
		key := c.operation
		if url, ok := c.in["QueueUrl"].(string); ok {
			key += " " + strings.TrimPrefix(url, "http://sqs/")
		}
		got[key] = c
	}
	if c := got["sqs SendMessage q.fifo"]; c.message() != whole || c.in["MessageGroupId"] != "g" {
		t.Errorf("fifo: %+v", c)
	}
	if c := got["sqs SendMessage q"]; c.message() != `{"fixed":true}` {
		t.Errorf("fixed: %+v", c)
	}
	if c := got["sns Publish"]; c.message() != `{"user":"ann","n":1}` && c.message() != `{"n":1,"user":"ann"}` {
		t.Errorf("topic: %+v", c)
	}
	data, _ := base64.StdEncoding.DecodeString(got["kinesis PutRecord"].in["Data"].(string))
	if c := got["kinesis PutRecord"]; string(data) != whole || c.in["PartitionKey"] != "ann" {
		t.Errorf("stream: %+v", c)
	}
	if c := got["sqs SendMessage far"]; c.message() != whole ||
		c.scope != (api.Scope{Region: "eu-west-1", Account: "111111111111"}) {
		t.Errorf("by way of the second bus: %+v", c)
	}
}

func TestOnlyMatchingEnabledRulesDeliver(t *testing.T) {
	f := start(t, nil)
	f.rule(t, "", "on", queue())
	f.rule(t, "", "off", types.Target{Id: ptr("t"), Arn: ptr(dlqARN)})
	must[*sdk.DisableRuleOutput](t)(f.DisableRule(ctx, &sdk.DisableRuleInput{Name: ptr("off")}))
	must[*sdk.PutEventsOutput](t)(f.PutEvents(ctx, &sdk.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{Source: ptr("other"), DetailType: ptr("order"), Detail: ptr(`{}`)},
		{
			Source: ptr("shop"), DetailType: ptr("order"), Detail: ptr(`{}`), Time: ptr(epoch.Add(-time.Hour)),
			Resources: []string{"r1"},
		},
	}}))
	c := f.caller.next(t)
	if !strings.Contains(c.message(), `"time":"2024-05-01T11:00:00Z"`) ||
		!strings.Contains(c.message(), `"resources":["r1"]`) || c.in["QueueUrl"] != "http://sqs/q" {
		t.Errorf("%+v", c)
	}
	if len(f.caller.calls) != 0 {
		t.Errorf("a rule too many delivered: %+v", f.caller.next(t))
	}
}

// failing fails deliveries to the target's queue, not to the dead-letter queue.
func failing(err error) func(call) error {
	return func(c call) error {
		if c.in["QueueUrl"] == "http://sqs/dlq" {
			return nil
		}
		return err
	}
}

// advance waits until a retry waits for the clock, then lets its time pass.
func (f fixture) advance(t testing.TB, d time.Duration) {
	t.Helper()
	if err := f.clock.BlockUntilContext(ctx, 1); err != nil {
		t.Fatal(err)
	}
	f.clock.Advance(d)
}

func TestRetriesThenDeadLetter(t *testing.T) {
	f := start(t, failing(&api.Error{Code: "ServiceUnavailable", Message: "busy", Status: 503}))
	f.rule(t, "", "r", types.Target{
		Id: ptr("t"), Arn: ptr(queueARN), InputPath: ptr("$.detail"),
		RetryPolicy:      &types.RetryPolicy{MaximumRetryAttempts: ptr[int32](3)},
		DeadLetterConfig: &types.DeadLetterConfig{Arn: ptr(dlqARN)},
	})
	id := f.put(t, "", `{}`)
	f.caller.next(t)
	for _, wait := range []time.Duration{time.Second, 2 * time.Second, 4 * time.Second} {
		f.advance(t, wait/2-time.Millisecond)
		if n := len(f.caller.calls); n != 0 {
			t.Fatalf("retried before half of %v", wait)
		}
		f.advance(t, wait)
		f.caller.next(t)
	}
	dead := f.caller.next(t)
	if dead.in["QueueUrl"] != "http://sqs/dlq" || !strings.Contains(dead.message(), id) ||
		!strings.Contains(dead.message(), `"detail-type":"order"`) {
		t.Errorf("dead letter %+v", dead)
	}
	for name, want := range map[string]string{
		"RULE_ARN": "arn:aws:events:us-east-1:000000000000:rule/r", "TARGET_ARN": queueARN, "ERROR_CODE": "ERROR_FROM_TARGET",
		"ERROR_MESSAGE":  "busy",
		"RETRY_ATTEMPTS": "3", "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
	} {
		if got := dead.attribute(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

func TestRetryEndsWithTheEventsAge(t *testing.T) {
	f := start(t, failing(errors.New("connection reset")))
	f.rule(t, "", "r", types.Target{
		Id: ptr("t"), Arn: ptr(queueARN),
		RetryPolicy:      &types.RetryPolicy{MaximumEventAgeInSeconds: ptr[int32](60)},
		DeadLetterConfig: &types.DeadLetterConfig{Arn: ptr(dlqARN)},
	})
	f.put(t, "", `{}`)
	f.caller.next(t)
	for _, wait := range []time.Duration{1, 2, 4, 8} {
		f.advance(t, wait*3/2*time.Second+time.Second/2)
		f.caller.next(t)
	}
	f.advance(t, time.Minute) // to the end of what is left of 60 s
	last := f.caller.next(t)
	for last.attribute("RETRY_ATTEMPTS") == "" { // a further retry at the end, or the dead letter at once
		f.clock.Advance(time.Minute)
		last = f.caller.next(t)
	}
	if last.attribute("EXHAUSTED_RETRY_CONDITION") != "MaximumEventAgeInSeconds" ||
		last.attribute("ERROR_CODE") != "CONNECTION_FAILURE" {
		t.Errorf("dead letter %+v", last)
	}
}

func TestRetrySucceeds(t *testing.T) {
	var failures atomic.Int32
	f := start(t, func(call) error {
		if failures.Add(1) == 1 {
			return api.Errorf("ThrottlingException", "slow down")
		}
		return nil
	})
	f.rule(t, "", "r", queue())
	f.put(t, "", `{}`)
	f.caller.next(t)
	f.advance(t, 3*time.Second/2)
	f.caller.next(t)
	if n := failures.Load(); n != 2 {
		t.Errorf("%d attempts", n)
	}
}

func TestErrorsThatAreNotRetried(t *testing.T) {
	for code, want := range map[string]string{
		"QueueDoesNotExist":      "NO_RESOURCE",
		"AccessDeniedException":  "NO_PERMISSIONS",
		"InvalidMessageContents": "INVALID_PARAMETER",
	} {
		f := start(t, failing(api.Errorf(code, "no")))
		f.rule(t, "", "r", types.Target{
			Id: ptr("t"), Arn: ptr(queueARN), DeadLetterConfig: &types.DeadLetterConfig{Arn: ptr(dlqARN)},
		})
		f.put(t, "", `{}`)
		f.caller.next(t)
		dead := f.caller.next(t)
		if dead.attribute("ERROR_CODE") != want || dead.attribute("RETRY_ATTEMPTS") != "0" ||
			dead.attribute("EXHAUSTED_RETRY_CONDITION") != "" {
			t.Errorf("%s: %+v", code, dead)
		}
	}
}

// Two buses that name each other as targets pass an event on once.
func TestNoLoopBetweenBuses(t *testing.T) {
	f := start(t, nil)
	must[*sdk.CreateEventBusOutput](t)(f.CreateEventBus(ctx, &sdk.CreateEventBusInput{Name: ptr("b")}))
	bus := func(name string) *string { return ptr("arn:aws:events:us-east-1:000000000000:event-bus/" + name) }
	f.rule(t, "", "r", types.Target{Id: ptr("b"), Arn: bus("b")}, queue())
	f.rule(t, "b", "r", types.Target{
		Id: ptr("a"), Arn: bus("default"), DeadLetterConfig: &types.DeadLetterConfig{Arn: ptr(dlqARN)},
	})
	f.put(t, "", `{}`)
	seen := map[any]string{}
	for range 2 {
		c := f.caller.next(t)
		seen[c.in["QueueUrl"]] = c.attribute("ERROR_CODE")
	}
	if code, ok := seen["http://sqs/dlq"]; !ok || code != "THIRD_ACCOUNT_HOP_DETECTED" || len(seen) != 2 {
		t.Errorf("%v", seen)
	}
}

// Close stops deliveries in progress and pending retries; goleak reports leftovers.
func TestCloseStopsDeliveries(t *testing.T) {
	f := start(t, failing(errors.New("down")))
	f.rule(t, "", "r", queue())
	for range 20 {
		f.put(t, "", `{}`)
	}
	f.caller.next(t)
}

// Of the events that 64 clients put at once, each is delivered once.
func TestEveryEventIsDeliveredOnce(t *testing.T) {
	f := start(t, nil)
	f.rule(t, "", "r", queue())
	const clients, each = 64, 10
	var wg sync.WaitGroup
	for range clients {
		wg.Go(func() {
			for range each {
				f.put(t, "", `{}`)
			}
		})
	}
	wg.Wait()
	seen := map[string]bool{}
	for range clients * each {
		seen[f.caller.next(t).message()] = true
	}
	if len(seen) != clients*each || len(f.caller.calls) != 0 {
		t.Errorf("%d of %d events, %d too many", len(seen), clients*each, len(f.caller.calls))
	}
}
