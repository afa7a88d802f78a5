package stepfunctions_test

import (
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

func (f *fixture) redrive(arn string) error {
	_, err := f.RedriveExecution(ctx, &sdk.RedriveExecutionInput{ExecutionArn: &arn})
	return err
}

func TestARedriveGoesOnFromTheFailedState(t *testing.T) {
	f := start(t, nil)
	a := f.activity("pay")
	m := f.machine("m", "A", `"A":{"Type":"Pass","Result":1,"Next":"Pay"},"Pay":{"Type":"Task","Resource":"`+a+`",
		"End":true}`)
	x := f.start(m, "", `{}`)
	token, _ := f.work(a)
	wantError(t, f.redrive(x), "ExecutionNotRedrivable", "Execution is RUNNING and cannot be redriven")
	f.fail(token, "E", "")
	f.end(x, types.ExecutionStatusFailed)
	f.clock.Advance(14 * 24 * time.Hour)
	if err := f.redrive(x); err != nil {
		t.Fatal(err)
	}
	token, input := f.work(a)
	if input != "1" {
		t.Errorf("the task's input is %s", input)
	}
	f.succeed(token, `2`)
	out := f.end(x, types.ExecutionStatusSucceeded)
	if *out.Output != "2" || *out.RedriveCount != 1 || !out.RedriveDate.Equal(epoch.Add(14*24*time.Hour)) {
		t.Errorf("%+v", out)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 PassStateEntered
		3<2 PassStateExited
		4<3 TaskStateEntered
		5<4 ActivityScheduled
		6<5 ActivityStarted
		7<6 ActivityFailed
		8<7 ExecutionFailed
		9<8 ExecutionRedriven
		10<9 ActivityScheduled
		11<10 ActivityStarted
		12<11 ActivitySucceeded
		13<12 TaskStateExited
		14<13 ExecutionSucceeded`)
	wantError(t, f.redrive(x), "ExecutionNotRedrivable", "Execution is SUCCEEDED and cannot be redriven")
}

func TestARedriveComesWithinTwoWeeks(t *testing.T) {
	f := start(t, nil)
	x := f.start(f.machine("m", "F", `"F":{"Type":"Fail"}`), "", `{}`)
	out := f.end(x, types.ExecutionStatusFailed)
	if out.RedriveStatus != types.ExecutionRedriveStatusRedrivable {
		t.Errorf("%s", out.RedriveStatus)
	}
	f.clock.Advance(14*24*time.Hour + time.Millisecond)
	wantError(t, f.redrive(x), "ExecutionNotRedrivable", "Execution redrivable period exceeded")
}

func TestARedriveKeepsWhatBranchesDid(t *testing.T) {
	f := start(t, nil)
	a := f.activity("pay")
	m := f.machine("m", "M", `"M":{"Type":"Map","MaxConcurrency":2,"End":true,"ItemProcessor":{"StartAt":"T","States":{
		"T":{"Type":"Task","Resource":"`+a+`","End":true}}}}`)
	x := f.start(m, "", `["a","b","c","d"]`)
	first, _ := f.work(a)
	second, _ := f.work(a)
	f.succeed(first, `"done a"`)
	f.work(a) // c is with a worker when b fails
	f.fail(second, "E", "")
	f.end(x, types.ExecutionStatusFailed)
	if err := f.redrive(x); err != nil {
		t.Fatal(err)
	}
	var order []string
	for range 3 {
		token, input := f.work(a)
		order = append(order, input)
		f.succeed(token, `"again `+strings.Trim(input, `"`)+`"`)
	}
	out := f.end(x, types.ExecutionStatusSucceeded)
	if *out.Output != `["done a","again b","again c","again d"]` || strings.Join(order, "") != `"b""c""d"` {
		t.Errorf("output %s after %v", *out.Output, order)
	}
}

func TestAStoppedWaitIsRedriven(t *testing.T) {
	f := start(t, nil)
	x := f.start(f.machine("m", "W", `"W":{"Type":"Wait","Seconds":10,"End":true}`), "", `{}`)
	f.reaches(x, "WaitStateEntered")
	must(f.StopExecution(ctx, &sdk.StopExecutionInput{ExecutionArn: &x}))(t)
	if err := f.redrive(x); err != nil {
		t.Fatal(err)
	}
	f.wait(1, 10*time.Second)
	f.end(x, types.ExecutionStatusSucceeded)
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 WaitStateEntered
		3<0 ExecutionAborted
		4<3 ExecutionRedriven
		5<4 WaitStateExited
		6<5 ExecutionSucceeded`)
}
