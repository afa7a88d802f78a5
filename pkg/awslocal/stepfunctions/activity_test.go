package stepfunctions_test

import (
	"context"
	"encoding/base64"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// unknownToken is one of another run of the service.
var unknownToken = "AQCUAAAAKgAAAAMAAAAAAAAAA" + base64.StdEncoding.EncodeToString([]byte("arn:aws:states:x|1|0"))

// onActivity is the machine of one activity task with further fields.
func (f *fixture) onActivity(fields string) (machine, activity string) {
	f.t.Helper()
	a := f.activity("pay")
	return f.machine("m", "Pay", `"Pay":{"Type":"Task","Resource":"`+a+`",`+fields+`"End":true}`), a
}

func TestAWorkerDoesATask(t *testing.T) {
	f := start(t, nil)
	m, a := f.onActivity(`"TimeoutSeconds":60,"HeartbeatSeconds":10,`)
	x := f.start(m, "", `{"order":7}`)
	token, input := f.work(a)
	if input != `{"order":7}` {
		t.Errorf("the worker got %s", input)
	}
	f.succeed(token, `{"paid":true}`)
	if out := f.end(x, types.ExecutionStatusSucceeded); *out.Output != `{"paid":true}` {
		t.Errorf("output %s", *out.Output)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 TaskStateEntered
		3<2 ActivityScheduled
		4<3 ActivityStarted
		5<4 ActivitySucceeded
		6<5 TaskStateExited
		7<6 ExecutionSucceeded`)
	events := f.events(x)
	if d := events[2].ActivityScheduledEventDetails; *d.Resource != a || *d.TimeoutInSeconds != 60 ||
		*d.HeartbeatInSeconds != 10 || *d.Input != `{"order":7}` {
		t.Errorf("scheduled %+v", d)
	}
	if d := events[3].ActivityStartedEventDetails; str(d.WorkerName) != "w" {
		t.Errorf("started by %s", str(d.WorkerName))
	}
	_, err := f.SendTaskSuccess(ctx, &sdk.SendTaskSuccessInput{TaskToken: &token, Output: ptr("1")})
	wantError(t, err, "TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
}

func TestAPollerThatWaitsGetsTheTask(t *testing.T) {
	f := start(t, nil)
	m, a := f.onActivity("")
	got := make(chan string)
	go func() {
		_, input := f.work(a)
		got <- input
	}()
	f.wait(1, time.Second) // the poll's timer
	x := f.start(m, "", `5`)
	if input := <-got; input != "5" {
		t.Errorf("the worker got %s", input)
	}
	f.reaches(x, "ActivityStarted")
}

func TestAPollEndsEmptyAfterAMinute(t *testing.T) {
	f := start(t, nil)
	_, a := f.onActivity("")
	got := make(chan string)
	go func() {
		token, _ := f.work(a)
		got <- token
	}()
	f.wait(1, time.Minute)
	if token := <-got; token != "-" {
		t.Errorf("a task without an execution: %s", token)
	}
}

func TestAPollerThatLeftGetsNothing(t *testing.T) {
	f := start(t, nil)
	m, a := f.onActivity("")
	left, leave := context.WithCancel(ctx)
	done := make(chan error)
	go func() {
		_, err := f.GetActivityTask(left, &sdk.GetActivityTaskInput{ActivityArn: &a})
		done <- err
	}()
	f.wait(1, time.Second)
	leave()
	<-done
	f.eventually("the poll's timer is stopped", func() bool {
		ctx, cancel := context.WithTimeout(ctx, time.Millisecond)
		defer cancel()
		return f.clock.BlockUntilContext(ctx, 1) != nil
	})
	x := f.start(m, "", `{}`)
	f.reaches(x, "ActivityScheduled")
	if token, _ := f.work(a); token == "-" {
		t.Error("the task is gone")
	}
}

func TestAFailedActivityFailsTheExecution(t *testing.T) {
	f := start(t, nil)
	m, a := f.onActivity("")
	x := f.start(m, "", `{}`)
	token, _ := f.work(a)
	f.fail(token, "Declined", "no money")
	if out := f.end(x, types.ExecutionStatusFailed); *out.Error != "Declined" || *out.Cause != "no money" {
		t.Errorf("%s: %s", *out.Error, *out.Cause)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 TaskStateEntered
		3<2 ActivityScheduled
		4<3 ActivityStarted
		5<4 ActivityFailed
		6<5 ExecutionFailed`)
}

func TestATaskTimesOutWithOrWithoutAWorker(t *testing.T) {
	f := start(t, nil)
	m, a := f.onActivity(`"TimeoutSeconds":30,`)
	x := f.start(m, "", `{}`)
	f.wait(1, 30*time.Second)
	if out := f.end(x, types.ExecutionStatusFailed); *out.Error != "States.Timeout" {
		t.Errorf("%s", *out.Error)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 TaskStateEntered
		3<2 ActivityScheduled
		4<3 ActivityTimedOut
		5<4 ExecutionFailed`)
	// Its task is not given to a worker any more; the next execution's is.
	second := f.start(m, "", `"second"`)
	token, input := f.work(a)
	if input != `"second"` {
		t.Errorf("a task of the past: %s", input)
	}
	f.wait(1, 30*time.Second)
	f.end(second, types.ExecutionStatusFailed)
	_, err := f.SendTaskSuccess(ctx, &sdk.SendTaskSuccessInput{TaskToken: &token, Output: ptr("1")})
	wantError(t, err, "TaskTimedOut", "does not exist anymore")
}

func TestAWorkerOwesHeartbeats(t *testing.T) {
	f := start(t, nil)
	m, a := f.onActivity(`"TimeoutSeconds":600,"HeartbeatSeconds":10,`)
	x := f.start(m, "", `{}`)
	f.wait(1, 100*time.Second) // no worker: nobody owes a heartbeat
	token, _ := f.work(a)
	for range 5 {
		f.wait(1, 8*time.Second)
		must(f.SendTaskHeartbeat(ctx, &sdk.SendTaskHeartbeatInput{TaskToken: &token}))(t)
	}
	f.wait(1, 2*time.Second) // the timer fires and finds that nothing is overdue
	f.wait(1, 7*time.Second)
	if got := f.history(x); got[len(got)-len("ActivityStarted\n"):] != "ActivityStarted\n" {
		t.Errorf("timed out early:\n%s", got)
	}
	f.wait(1, time.Second)
	f.end(x, types.ExecutionStatusFailed)
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 TaskStateEntered
		3<2 ActivityScheduled
		4<3 ActivityStarted
		5<4 ActivityTimedOut
		6<5 ExecutionFailed`)
	_, err := f.SendTaskHeartbeat(ctx, &sdk.SendTaskHeartbeatInput{TaskToken: &token})
	wantError(t, err, "TaskTimedOut", "does not exist anymore")
}

func TestRetriesBackOff(t *testing.T) {
	f := start(t, nil)
	m, a := f.onActivity(`"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":2,"BackoffRate":3,"MaxAttempts":3,
		"MaxDelaySeconds":10}],`)
	x := f.start(m, "", `{}`)
	for _, delay := range []time.Duration{2, 6, 10} { // the last one would be 18
		token, _ := f.work(a)
		f.fail(token, "Busy", "")
		f.wait(1, delay*time.Second)
	}
	token, _ := f.work(a)
	f.fail(token, "Busy", "")
	out := f.end(x, types.ExecutionStatusFailed)
	if took := out.StopDate.Sub(*out.StartDate); took != 18*time.Second {
		t.Errorf("took %v", took)
	}
	n := map[types.HistoryEventType]int{}
	for _, e := range f.events(x) {
		n[e.Type]++
	}
	if n[types.HistoryEventTypeActivityScheduled] != 4 || n[types.HistoryEventTypeActivityFailed] != 4 ||
		n[types.HistoryEventTypeTaskStateEntered] != 1 {
		t.Errorf("%v", n)
	}
}

func TestEachRetrierCountsItsOwnRetries(t *testing.T) {
	f := start(t, nil)
	m, a := f.onActivity(`"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1,"MaxAttempts":1},
		{"ErrorEquals":["Lost"],"IntervalSeconds":5,"MaxAttempts":1}],`)
	x := f.start(m, "", `{}`)
	for _, e := range []struct {
		name  string
		delay time.Duration
	}{{"Busy", time.Second}, {"Lost", 5 * time.Second}} {
		token, _ := f.work(a)
		f.fail(token, e.name, "")
		f.wait(1, e.delay)
	}
	token, _ := f.work(a)
	f.fail(token, "Busy", "")
	out := f.end(x, types.ExecutionStatusFailed)
	if took := out.StopDate.Sub(*out.StartDate); took != 6*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestAnErrorIsCaught(t *testing.T) {
	f := start(t, nil)
	a := f.activity("pay")
	m := f.machine("m", "Pay", `"Pay":{"Type":"Task","Resource":"`+a+`","Catch":[{"ErrorEquals":["Declined"],
		"ResultPath":"$.problem","Next":"Refund"}],"End":true},"Refund":{"Type":"Pass","End":true}`)
	x := f.start(m, "", `{"order":7}`)
	token, _ := f.work(a)
	f.fail(token, "Declined", "no money")
	out := f.end(x, types.ExecutionStatusSucceeded)
	if *out.Output != `{"order":7,"problem":{"Cause":"no money","Error":"Declined"}}` {
		t.Errorf("output %s", *out.Output)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 TaskStateEntered
		3<2 ActivityScheduled
		4<3 ActivityStarted
		5<4 ActivityFailed
		6<5 TaskStateExited
		7<6 PassStateEntered
		8<7 PassStateExited
		9<8 ExecutionSucceeded`)
}

func TestTokensAndOutputsAreChecked(t *testing.T) {
	f := start(t, nil)
	m, a := f.onActivity("")
	f.start(m, "", `{}`)
	token, _ := f.work(a)
	for _, test := range []struct{ token, output, code, message string }{
		{"nonsense", `1`, "InvalidToken", "Invalid Token: 'Invalid token'"},
		{token, `nope`, "InvalidOutput", "Unrecognized token 'nope'"},
		{unknownToken, `1`, "TaskDoesNotExist", "Task Does Not Exist"},
	} {
		_, err := f.SendTaskSuccess(ctx, &sdk.SendTaskSuccessInput{TaskToken: &test.token, Output: &test.output})
		wantError(t, err, test.code, test.message)
	}
	f.succeed(token, `{}`)
}

func TestActivitiesAreKept(t *testing.T) {
	f := start(t, nil)
	a := f.activity("pay")
	if again := f.activity("pay"); again != a {
		t.Errorf("%s and %s", a, again)
	}
	if a != "arn:aws:states:us-east-1:000000000000:activity:pay" {
		t.Errorf("%s", a)
	}
	_, err := f.CreateActivity(ctx, &sdk.CreateActivityInput{Name: ptr("a b")})
	wantError(t, err, "InvalidName", "Invalid Name: 'a b'")
	got := must(f.ListActivities(ctx, &sdk.ListActivitiesInput{}))(t).Activities
	if len(got) != 1 || *got[0].Name != "pay" {
		t.Errorf("listed %+v", got)
	}
	must(f.DeleteActivity(ctx, &sdk.DeleteActivityInput{ActivityArn: &a}))(t)
	must(f.DeleteActivity(ctx, &sdk.DeleteActivityInput{ActivityArn: &a}))(t)
	_, err = f.DescribeActivity(ctx, &sdk.DescribeActivityInput{ActivityArn: &a})
	wantError(t, err, "ActivityDoesNotExist", "Activity Does Not Exist: '"+a+"'")
	_, err = f.GetActivityTask(ctx, &sdk.GetActivityTaskInput{ActivityArn: ptr("nope")})
	wantError(t, err, "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: nope'")
	m := f.machine("m", "Pay", `"Pay":{"Type":"Task","Resource":"`+a+`","End":true}`)
	out := f.end(f.start(m, "", `{}`), types.ExecutionStatusFailed)
	if *out.Cause != "An error occurred while executing the state 'Pay' (entered at the event id #2). The activity "+a+
		" does not exist." {
		t.Errorf("%s", *out.Cause)
	}
}
