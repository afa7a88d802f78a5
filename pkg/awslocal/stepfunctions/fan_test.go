package stepfunctions_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

func TestParallelBranches(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "P", `"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"A","States":{"A":{"Type":"Pass","Result":1,"End":true}}},
		{"StartAt":"B","States":{"B":{"Type":"Pass","Result":2,"End":true}}}]}`)
	x := f.start(m, "", `{}`)
	if out := f.end(x, types.ExecutionStatusSucceeded); *out.Output != "[1,2]" {
		t.Errorf("output %s", *out.Output)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 ParallelStateEntered
		3<2 ParallelStateStarted
		4<3 PassStateEntered
		5<4 PassStateExited
		6<3 PassStateEntered
		7<6 PassStateExited
		8<7 ParallelStateSucceeded
		9<7 ParallelStateExited
		10<9 ExecutionSucceeded`)
}

func TestAFailedBranchAbortsTheOthers(t *testing.T) {
	f := start(t, nil)
	a := f.activity("pay")
	m := f.machine("m", "P", `"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":100,"End":true}}},
		{"StartAt":"B","States":{"B":{"Type":"Task","Resource":"`+a+`","End":true}}}],
		"Catch":[{"ErrorEquals":["States.ALL"],"Next":"C"}]},"C":{"Type":"Succeed"}`)
	x := f.start(m, "", `{}`)
	token, _ := f.work(a)
	f.fail(token, "Declined", "")
	f.end(x, types.ExecutionStatusSucceeded)
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 ParallelStateEntered
		3<2 ParallelStateStarted
		4<3 WaitStateEntered
		5<3 TaskStateEntered
		6<5 ActivityScheduled
		7<6 ActivityStarted
		8<7 ActivityFailed
		9<8 TaskStateAborted
		10<8 WaitStateAborted
		11<8 ParallelStateFailed
		12<11 ParallelStateExited
		13<12 SucceedStateEntered
		14<13 SucceedStateExited
		15<14 ExecutionSucceeded`)
	f.clock.Advance(time.Hour) // the wait's timer is stopped: it would go on
	if got := len(f.events(x)); got != 15 {
		t.Errorf("%d events", got)
	}
}

func TestAParallelStateIsRetriedAsAWhole(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "P", `"P":{"Type":"Parallel","End":true,
		"Branches":[{"StartAt":"A","States":{"A":{"Type":"Fail","Error":"E"}}}],
		"Retry":[{"ErrorEquals":["E"],"IntervalSeconds":5,"MaxAttempts":1}]}`)
	x := f.start(m, "", `{}`)
	f.wait(1, 5*time.Second)
	f.end(x, types.ExecutionStatusFailed)
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 ParallelStateEntered
		3<2 ParallelStateStarted
		4<3 FailStateEntered
		5<4 ParallelStateStarted
		6<5 FailStateEntered
		7<6 ParallelStateFailed
		8<7 ExecutionFailed`)
}

func TestMapOneByOne(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "M", `"M":{"Type":"Map","End":true,"ItemsPath":"$.items","MaxConcurrency":1,
		"ItemSelector":{"i.$":"$$.Map.Item.Index","v.$":"$$.Map.Item.Value","all.$":"$.name"},
		"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}}`)
	x := f.start(m, "", `{"items":["a","b"],"name":"n"}`)
	out := f.end(x, types.ExecutionStatusSucceeded)
	if *out.Output != `[{"all":"n","i":0,"v":"a"},{"all":"n","i":1,"v":"b"}]` {
		t.Errorf("output %s", *out.Output)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 MapStateEntered
		3<2 MapStateStarted
		4<3 MapIterationStarted
		5<4 PassStateEntered
		6<5 PassStateExited
		7<6 MapIterationSucceeded
		8<6 MapIterationStarted
		9<8 PassStateEntered
		10<9 PassStateExited
		11<10 MapIterationSucceeded
		12<11 MapStateSucceeded
		13<11 MapStateExited
		14<13 ExecutionSucceeded`)
}

func TestMapOfNothing(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "M", `"M":{"Type":"Map","End":true,
		"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}}`)
	x := f.start(m, "", `[]`)
	if out := f.end(x, types.ExecutionStatusSucceeded); *out.Output != `[]` {
		t.Errorf("output %s", *out.Output)
	}
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 MapStateEntered
		3<2 MapStateStarted
		4<3 MapStateSucceeded
		5<3 MapStateExited
		6<5 ExecutionSucceeded`)
	bad := f.end(f.start(m, "", `{}`), types.ExecutionStatusFailed)
	if *bad.Error != "States.Runtime" || !strings.Contains(*bad.Cause, "must point to array") {
		t.Errorf("%s: %s", *bad.Error, *bad.Cause)
	}
}

func TestAFailedIterationAbortsTheOthers(t *testing.T) {
	f := start(t, nil)
	a := f.activity("pay")
	m := f.machine("m", "M", `"M":{"Type":"Map","End":true,
		"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"`+a+`","End":true}}}}`)
	x := f.start(m, "", `[1,2]`)
	first, _ := f.work(a)
	second, _ := f.work(a)
	f.fail(first, "E", "")
	f.end(x, types.ExecutionStatusFailed)
	f.wantHistory(x, `1<0 ExecutionStarted
		2<0 MapStateEntered
		3<2 MapStateStarted
		4<3 MapIterationStarted
		5<3 MapIterationStarted
		6<4 TaskStateEntered
		7<6 ActivityScheduled
		8<5 TaskStateEntered
		9<8 ActivityScheduled
		10<7 ActivityStarted
		11<9 ActivityStarted
		12<10 ActivityFailed
		13<12 MapIterationFailed
		14<12 TaskStateAborted
		15<12 MapIterationAborted
		16<12 TaskStateAborted
		17<12 MapStateFailed
		18<17 ExecutionFailed`)
	if second == "-" {
		t.Error("the second item had no task")
	}
}

func TestNestedMapsInParallel(t *testing.T) {
	f := start(t, nil)
	inner := func(name string) string {
		return `{"Type":"Map","End":true,"ItemProcessor":{"StartAt":"` + name + `","States":{"` + name + `":{"Type":"Pass",
			"Parameters":{"v.$":"$$.Map.Item.Value"},"End":true}}}}`
	}
	m := f.machine("m", "P", `"P":{"Type":"Parallel","End":true,"Branches":[
		{"StartAt":"M1","States":{"M1":`+inner("A")+`}},{"StartAt":"M2","States":{"M2":`+inner("B")+`}}]}`)
	out := f.end(f.start(m, "", `[1,2]`), types.ExecutionStatusSucceeded)
	if *out.Output != `[[{"v":1},{"v":2}],[{"v":1},{"v":2}]]` {
		t.Errorf("output %s", *out.Output)
	}
}

func TestAtMostFortyIterationsAtOnce(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "M", `"M":{"Type":"Map","End":true,
		"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":10,"End":true}}}}`)
	x := f.start(m, "", "["+strings.Repeat("0,", 99)+"0]")
	for _, n := range []int{40, 40, 20} {
		f.wait(n, 10*time.Second)
	}
	out := f.end(x, types.ExecutionStatusSucceeded)
	if took := out.StopDate.Sub(*out.StartDate); took != 30*time.Second {
		t.Errorf("100 waits of 10 s, 40 at once, took %v", took)
	}
}
