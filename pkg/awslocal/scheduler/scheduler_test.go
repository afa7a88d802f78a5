package scheduler_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/jonboulle/clockwork"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
	"github.com/crashlab/crashlab/pkg/awslocal/scheduler"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	ctx   = context.Background()
	epoch = time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC)
)

const (
	queue = "arn:aws:sqs:us-east-1:000000000000:q"
	dlq   = "arn:aws:sqs:us-east-1:000000000000:dlq"
	role  = "arn:aws:iam::000000000000:role/scheduler"
)

// called is one call of another service.
type called struct {
	operation string
	in        map[string]any
}

func (c called) attribute(name string) any {
	attributes, _ := c.in["MessageAttributes"].(map[string]any)
	a, _ := attributes[name].(map[string]any)
	return a["StringValue"]
}

// bench is a service without an endpoint. Other services' calls appear on calls, but for lookups of queue URLs.
type bench struct {
	*scheduler.Service
	clock *clockwork.FakeClock
	calls chan called
	fail  error // of all calls but those to the dead-letter queue
}

func (b *bench) Invoke(_ context.Context, service, operation string, in, out any) error {
	raw, err := json.Marshal(in)
	if err != nil {
		return err
	}
	c := called{operation: service + " " + operation}
	if err := json.Unmarshal(raw, &c.in); err != nil {
		return err
	}
	if operation == "GetQueueUrl" {
		return json.Unmarshal([]byte(`{"QueueUrl":"`+c.in["QueueName"].(string)+`"}`), out)
	}
	b.calls <- c
	if c.in["QueueUrl"] == "dlq" {
		return nil
	}
	return b.fail
}

func start(t *testing.T) *bench {
	b := &bench{clock: clockwork.NewFakeClockAt(epoch), calls: make(chan called, 1000)}
	b.Service = scheduler.New(scheduler.Config{Clock: b.clock, Caller: b})
	t.Cleanup(func() { require.NoError(t, b.Close()) })
	return b
}

func (b *bench) next(t *testing.T) called {
	t.Helper()
	select {
	case c := <-b.calls:
		return c
	case <-time.After(5 * time.Second):
		t.Fatal("no call within 5 s")
		return called{}
	}
}

// advance waits until something waits for the clock, then lets time pass.
func (b *bench) advance(t *testing.T, d time.Duration) {
	t.Helper()
	require.NoError(t, b.clock.BlockUntilContext(ctx, 1))
	b.clock.Advance(d)
}

type m = map[string]any

func target(change m) m {
	out := m{"Arn": queue, "RoleArn": role}
	for name, v := range change {
		out[name] = v
	}
	return out
}

func (b *bench) create(expression string, change m) error {
	in := m{
		"Name": "s", "ScheduleExpression": expression, "FlexibleTimeWindow": m{"Mode": "OFF"}, "Target": target(nil),
	}
	for name, v := range change {
		in[name] = v
	}
	_, err := awstest.Call(ctx, b, "CreateSchedule", in)
	return err
}

func TestARateInvokesItsTarget(t *testing.T) {
	b := start(t)
	input := `{"at":"<aws.scheduler.scheduled-time>"}`
	require.NoError(t, b.create("rate(1 hour)", m{"Target": target(m{"Input": input})}))
	for _, at := range []string{"13", "14"} {
		b.advance(t, time.Hour)
		c := b.next(t)
		require.Equal(t, "sqs SendMessage", c.operation)
		require.Equal(t, `{"at":"2024-05-01T`+at+`:00:00Z"}`, c.in["MessageBody"])
	}
}

func TestAOneTimeScheduleInItsZoneDeletesItself(t *testing.T) {
	b := start(t)
	require.NoError(t, b.create("at(2024-05-01T18:30:00)", m{
		"ScheduleExpressionTimezone": "Asia/Kolkata", "ActionAfterCompletion": "DELETE", // 13:00 UTC
	}))
	b.advance(t, time.Hour)
	require.Contains(t, b.next(t).in["MessageBody"], `"source":"aws.scheduler"`)
	_, err := awstest.Call(ctx, b, "GetSchedule", m{"Name": "s"})
	require.ErrorContains(t, err, "Schedule s does not exist")
}

func TestStartEndAndFlexibleWindow(t *testing.T) {
	b := start(t)
	require.NoError(t, b.create("rate(10 minutes)", m{
		"StartDate": epoch.Add(time.Hour).Unix(), "EndDate": epoch.Add(75 * time.Minute).Unix(),
		"FlexibleTimeWindow": m{"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 5},
	}))
	b.advance(t, time.Hour-time.Second)
	require.Empty(t, b.calls)
	b.clock.Advance(6 * time.Minute) // the first is due after an hour, in a window of five minutes
	b.next(t)
	b.advance(t, 10*time.Minute)
	b.next(t)
	b.clock.Advance(24 * time.Hour)
	time.Sleep(10 * time.Millisecond)
	require.Empty(t, b.calls)
}

func TestRetriesThenDeadLetter(t *testing.T) {
	b := start(t)
	b.fail = errors.New("down")
	require.NoError(t, b.create("at(2024-05-01T12:00:10)", m{"Target": target(m{
		"RetryPolicy": m{"MaximumRetryAttempts": 2}, "DeadLetterConfig": m{"Arn": dlq},
	})}))
	for _, wait := range []time.Duration{10, 2, 3} {
		b.advance(t, wait*time.Second)
		require.Equal(t, "q", b.next(t).in["QueueUrl"])
	}
	dead := b.next(t)
	for name, want := range map[string]any{
		"ERROR_MESSAGE": "down", "RETRY_ATTEMPTS": "2", "EXHAUSTED_RETRY_CONDITION": "MaximumRetryAttempts",
		"SCHEDULE_ARN": "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s", "TARGET_ARN": queue,
		"SCHEDULED_TIME": "2024-05-01T12:00:10Z",
	} {
		require.Equal(t, want, dead.attribute(name), name)
	}
}

func TestWhatCanNotSucceedIsADeadLetterAtOnce(t *testing.T) {
	b := start(t)
	b.fail = api.Errorf("ResourceNotFoundException", "no such function")
	require.NoError(t, b.create("rate(1 minute)", m{"Target": target(m{
		"Arn": "arn:aws:lambda:us-east-1:000000000000:function:f", "DeadLetterConfig": m{"Arn": dlq},
	})}))
	b.advance(t, time.Minute)
	require.Equal(t, "lambda Invoke", b.next(t).operation)
	dead := b.next(t)
	require.Equal(t, "ResourceNotFoundException", dead.attribute("ERROR_CODE"))
	require.Nil(t, dead.attribute("EXHAUSTED_RETRY_CONDITION"))
}

func TestEveryKindOfTarget(t *testing.T) {
	for operation, change := range map[string]m{
		"sns Publish":           {"Arn": "arn:aws:sns:us-east-1:000000000000:t"},
		"states StartExecution": {"Arn": "arn:aws:states:us-east-1:000000000000:stateMachine:m"},
		"events PutEvents": {"Arn": "arn:aws:events:us-east-1:000000000000:event-bus/default",
			"EventBridgeParameters": m{"DetailType": "d", "Source": "s"}},
		"kinesis PutRecord": {"Arn": "arn:aws:kinesis:us-east-1:000000000000:stream/s",
			"KinesisParameters": m{"PartitionKey": "k"}},
		"dynamodb PutItem": {"Arn": "arn:aws:scheduler:::aws-sdk:dynamodb:putItem", "Input": `{"TableName":"t"}`},
	} {
		b := start(t)
		require.NoError(t, b.create("rate(1 minute)", m{"Target": target(change)}), operation)
		b.advance(t, time.Minute)
		require.Equal(t, operation, b.next(t).operation)
	}
}

func TestSchedulesThatAreRefused(t *testing.T) {
	b := start(t)
	for message, change := range map[string]m{
		"Invalid Schedule Expression":         {"ScheduleExpression": "hourly"},
		"Invalid ScheduleExpressionTimezone":  {"ScheduleExpressionTimezone": "Mars/Olympus"},
		"mode OFF or FLEXIBLE":                {"FlexibleTimeWindow": nil},
		"between 1 and 1440":                  {"FlexibleTimeWindow": m{"Mode": "FLEXIBLE"}},
		"The target is required":              {"Target": nil},
		"'target.roleArn'":                    {"Target": m{"Arn": queue}},
		"is not supported by the embedded":    {"Target": target(m{"Arn": "arn:aws:ecs:us-east-1:000000000000:cluster/c"})},
		"Schedule group absent":               {"GroupName": "absent"},
		"EndDate must be after":               {"StartDate": 2, "EndDate": 1},
		"MaximumRetryAttempts must be":        {"Target": target(m{"RetryPolicy": m{"MaximumRetryAttempts": 186}})},
		"SqsParameters must be specified for": {"Target": target(m{"Arn": queue + ".fifo"})},
		"'name'":                              {"Name": "not a name"},
	} {
		require.ErrorContains(t, b.create("rate(1 minute)", change), message)
	}
}

// Over the wire, with the SDK, to a real queue.
func TestOverTheSDK(t *testing.T) {
	clock := clockwork.NewFakeClockAt(epoch)
	cfg := awstest.Config(t, awstest.Start(t, awslocal.Config{Clock: clock}))
	c, q := sdk.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	made, err := q.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("q")})
	require.NoError(t, err)
	_, err = c.CreateScheduleGroup(ctx, &sdk.CreateScheduleGroupInput{Name: aws.String("g")})
	require.NoError(t, err)
	in := &sdk.CreateScheduleInput{
		Name: aws.String("s"), GroupName: aws.String("g"), ScheduleExpression: aws.String("rate(5 minutes)"),
		FlexibleTimeWindow: &types.FlexibleTimeWindow{Mode: types.FlexibleTimeWindowModeOff},
		Target:             &types.Target{Arn: aws.String(queue), RoleArn: aws.String(role), Input: aws.String("hello")},
	}
	_, err = c.CreateSchedule(ctx, in)
	require.NoError(t, err)
	var conflict *types.ConflictException
	_, err = c.CreateSchedule(ctx, in)
	require.ErrorAs(t, err, &conflict)
	got, err := c.GetSchedule(ctx, &sdk.GetScheduleInput{Name: in.Name, GroupName: in.GroupName})
	require.NoError(t, err)
	require.Equal(t, "arn:aws:scheduler:us-east-1:000000000000:schedule/g/s", *got.Arn)
	require.Equal(t, epoch, got.CreationDate.UTC())
	listed, err := c.ListSchedules(ctx, &sdk.ListSchedulesInput{GroupName: in.GroupName, MaxResults: aws.Int32(1)})
	require.NoError(t, err)
	require.Len(t, listed.Schedules, 1)
	clock.Advance(5 * time.Minute)
	require.Eventually(t, func() bool {
		out, err := q.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: made.QueueUrl})
		return err == nil && len(out.Messages) == 1 && *out.Messages[0].Body == "hello"
	}, 5*time.Second, time.Millisecond)
	_, err = c.UpdateSchedule(ctx, &sdk.UpdateScheduleInput{
		Name: in.Name, GroupName: in.GroupName, ScheduleExpression: aws.String("cron(0 9 * * ? *)"),
		State: types.ScheduleStateDisabled, FlexibleTimeWindow: in.FlexibleTimeWindow, Target: in.Target,
	})
	require.NoError(t, err)
	_, err = c.DeleteSchedule(ctx, &sdk.DeleteScheduleInput{Name: in.Name, GroupName: in.GroupName})
	require.NoError(t, err)
	var missing *types.ResourceNotFoundException
	_, err = c.DeleteSchedule(ctx, &sdk.DeleteScheduleInput{Name: in.Name, GroupName: in.GroupName})
	require.ErrorAs(t, err, &missing)
	_, err = c.DeleteScheduleGroup(ctx, &sdk.DeleteScheduleGroupInput{Name: in.GroupName})
	require.NoError(t, err)
}
