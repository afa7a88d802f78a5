package stepfunctions_test

import (
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

func TestPass(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "A", `"A":{"Type":"Pass","Result":{"x":1},"ResultPath":"$.a","Next":"B"},"B":{"Type":"Succeed"}`)
	x := f.start(m, "run", `{"y": 2}`)
	out := f.end(x, types.ExecutionStatusSucceeded)
	if *out.Output != `{"a":{"x":1},"y":2}` || x != "arn:aws:states:us-east-1:000000000000:execution:m:run" {
		t.Errorf("%s: %s", x, *out.Output)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 PassStateEntered
		3<2 PassStateExited
		4<3 SucceedStateEntered
		5<4 SucceedStateExited
		6<5 ExecutionSucceeded`)
	events := f.events(x)
	if d := events[0].ExecutionStartedEventDetails; str(d.Input) != `{"y": 2}` || *d.RoleArn != role {
		t.Errorf("started with %s as %s", str(d.Input), *d.RoleArn)
	}
	if d := events[2].StateExitedEventDetails; *d.Name != "A" || str(d.Output) != `{"a":{"x":1},"y":2}` {
		t.Errorf("A exited: %s %s", *d.Name, str(d.Output))
	}
	if !events[0].Timestamp.Equal(epoch) {
		t.Errorf("started at %v", events[0].Timestamp)
	}
}

func TestFailAndChoice(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "C", `"C":{"Type":"Choice","Choices":[{"Variable":"$.n","NumericGreaterThan":1,"Next":"Big"}],
		"Default":"Small"},"Big":{"Type":"Pass","End":true},"Small":{"Type":"Fail","Error":"TooSmall","Cause":"n is small"}`)
	big, small := f.start(m, "", `{"n":2}`), f.start(m, "", `{"n":1}`)
	f.end(big, types.ExecutionStatusSucceeded)
	out := f.end(small, types.ExecutionStatusFailed)
	if *out.Error != "TooSmall" || *out.Cause != "n is small" {
		t.Errorf("%s: %s", *out.Error, *out.Cause)
	}
	f.wantHistory(small, `1<0 ExecutionStarted
		2<0 ChoiceStateEntered
		3<2 ChoiceStateExited
		4<3 FailStateEntered
		5<4 ExecutionFailed`)
}

func TestWaitTakesItsTimeOnTheClock(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "W", `"W":{"Type":"Wait","Seconds":7200,"End":true}`)
	x := f.start(m, "", `{}`)
	f.wait(1, 7200*time.Second-time.Millisecond)
	if got := f.history(x); !strings.HasSuffix(got, "2<0 WaitStateEntered\n") {
		t.Errorf("before its end:\n%s", got)
	}
	f.wait(1, time.Millisecond)
	out := f.end(x, types.ExecutionStatusSucceeded)
	if took := out.StopDate.Sub(*out.StartDate); took != 2*time.Hour {
		t.Errorf("took %v", took)
	}
}

func TestAWaitOfDecadesIsRefused(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "W", `"W":{"Type":"Wait","TimestampPath":"$.t","End":true}`)
	out := f.end(f.start(m, "a=b@c+(d)!", `{"t":"2126-05-01T12:00:00Z"}`), types.ExecutionStatusFailed)
	if *out.Cause != "An error occurred while executing the state 'W' (entered at the event id #2). Wait state delay is "+
		"too long." {
		t.Errorf("%s: %s", *out.Error, *out.Cause)
	}
}

func TestAnExecutionTimesOut(t *testing.T) {
	f := start(t, nil)
	m := f.define("m", `{"StartAt":"W","TimeoutSeconds":10,"States":{"W":{"Type":"Wait","Seconds":100,"End":true}}}`, "")
	x := f.start(m, "", `{}`)
	f.wait(2, 10*time.Second)
	out := f.end(x, types.ExecutionStatusTimedOut)
	if out.Error != nil || out.Cause != nil || out.Output != nil {
		t.Errorf("%s %s %s", str(out.Error), str(out.Cause), str(out.Output))
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 WaitStateEntered
		3<0 ExecutionTimedOut`)
}

func TestStop(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "W", `"W":{"Type":"Wait","Seconds":100,"End":true}`)
	x := f.start(m, "", `{}`)
	f.reaches(x, "WaitStateEntered")
	stopped := must(f.StopExecution(ctx, &sdk.StopExecutionInput{ExecutionArn: &x, Error: ptr("E"), Cause: ptr("C")}))(t)
	out := f.end(x, types.ExecutionStatusAborted)
	if *out.Error != "E" || *out.Cause != "C" || !out.StopDate.Equal(*stopped.StopDate) {
		t.Errorf("%+v", out)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 WaitStateEntered
		3<0 ExecutionAborted`)
	f.clock.Advance(time.Hour)
	must(f.StopExecution(ctx, &sdk.StopExecutionInput{ExecutionArn: &x}))(t)
	if again := f.end(x, types.ExecutionStatusAborted); !again.StopDate.Equal(*out.StopDate) {
		t.Errorf("stopped again at %v", again.StopDate)
	}
}

func TestAnEndlessLoopFillsItsHistory(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "A", `"A":{"Type":"Choice","Choices":[{"Variable":"$.stop","IsPresent":true,"Next":"C"}],
		"Default":"B"},"B":{"Type":"Pass","Next":"A"},"C":{"Type":"Succeed"}`)
	x := f.start(m, "", `{}`)
	out := f.end(x, types.ExecutionStatusFailed)
	if *out.Error != "States.Runtime" ||
		*out.Cause != "The execution reached the maximum number of history events (25000)." {
		t.Errorf("%s: %s", *out.Error, *out.Cause)
	}
	if got := len(f.events(x)); got != 25000 {
		t.Errorf("%d events", got)
	}
}

func TestDataOverTheLimitFailsTheState(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "A", `"A":{"Type":"Pass","Parameters":{"a.$":"$","b.$":"$"},"End":true}`)
	x := f.start(m, "", `"`+strings.Repeat("x", 200_000)+`"`)
	out := f.end(x, types.ExecutionStatusFailed)
	if *out.Error != "States.DataLimitExceeded" {
		t.Errorf("%s: %s", *out.Error, *out.Cause)
	}
	_, err := f.StartExecution(ctx, &sdk.StartExecutionInput{
		StateMachineArn: &m, Input: ptr(`"` + strings.Repeat("x", 262144) + `"`),
	})
	wantError(t, err, "ValidationException", "at 'input' failed to satisfy constraint: Member must have length less")
}
