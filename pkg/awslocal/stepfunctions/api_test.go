package stepfunctions_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

const passing = `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`

func TestStateMachinesAreKept(t *testing.T) {
	f := start(t, nil)
	arn := f.define("m", passing, types.StateMachineTypeStandard)
	if again := f.define("m", passing, types.StateMachineTypeStandard); again != arn {
		t.Errorf("%s and %s", arn, again)
	}
	_, err := f.CreateStateMachine(ctx, &sdk.CreateStateMachineInput{
		Name: ptr("m"), RoleArn: ptr(role), Definition: ptr(passing), Type: types.StateMachineTypeExpress,
	})
	wantError(t, err, "StateMachineAlreadyExists", "State Machine Already Exists: '"+arn+"'")
	out := must(f.DescribeStateMachine(ctx, &sdk.DescribeStateMachineInput{StateMachineArn: &arn}))(t)
	if *out.Definition != passing || out.Status != types.StateMachineStatusActive || *out.RoleArn != role ||
		out.Type != types.StateMachineTypeStandard || out.LoggingConfiguration.Level != types.LogLevelOff ||
		out.RevisionId != nil || !out.CreationDate.Equal(epoch) {
		t.Errorf("%+v", out)
	}
	for _, name := range []string{"b", "a"} {
		f.define(name, passing, types.StateMachineTypeExpress)
	}
	var names []string
	pages := sdk.NewListStateMachinesPaginator(f.Client, &sdk.ListStateMachinesInput{MaxResults: 2})
	for pages.HasMorePages() {
		for _, m := range must(pages.NextPage(ctx))(t).StateMachines {
			names = append(names, *m.Name)
		}
	}
	if !slices.Equal(names, []string{"a", "b", "m"}) {
		t.Errorf("listed %v", names)
	}
}

func TestBadRequestsAreRefused(t *testing.T) {
	f := start(t, nil)
	arn := f.define("m", passing, types.StateMachineTypeStandard)
	create := func(name, definition, role string) error {
		_, err := f.CreateStateMachine(ctx, &sdk.CreateStateMachineInput{
			Name: &name, Definition: &definition, RoleArn: &role,
		})
		return err
	}
	wantError(t, create("a b", passing, role), "InvalidName", "Invalid Name: 'a b'")
	wantError(t, create(strings.Repeat("x", 81), passing, role), "ValidationException", "at 'name' failed to satisfy")
	wantError(t, create("n", passing, "me"), "InvalidArn", "")
	wantError(t, create("n", `{"StartAt":"A"}`, role), "InvalidDefinition",
		"Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'")

	begin := func(machine, name, input string) error {
		_, err := f.StartExecution(ctx, &sdk.StartExecutionInput{StateMachineArn: &machine, Name: &name, Input: &input})
		return err
	}
	wantError(t, begin(arn+"x", "x", "{}"), "StateMachineDoesNotExist", "State Machine Does Not Exist: '"+arn+"x'")
	wantError(t, begin("nope", "x", "{}"), "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: nope'")
	wantError(t, begin(arn+":1", "x", "{}"), "ValidationException", "Versions and aliases")
	wantError(t, begin(arn, "a*b", "{}"), "InvalidName", "Invalid Name: 'a*b'")
	wantError(t, begin(arn, "x", "not json"), "InvalidExecutionInput", "Invalid State Machine Execution Input: "+
		"'Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')'")
	wantError(t, begin(arn, "x", ""), "InvalidExecutionInput", "'Invalid execution input.'")

	_, err := f.UpdateStateMachine(ctx, &sdk.UpdateStateMachineInput{StateMachineArn: &arn})
	wantError(t, err, "MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or")
	_, err = f.ListExecutions(ctx, &sdk.ListExecutionsInput{StateMachineArn: &arn, StatusFilter: "succeeded"})
	wantError(t, err, "ValidationException", "1 validation error detected: Value 'succeeded' at 'statusFilter' failed to "+
		"satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, "+
		"RUNNING]")
	_, err = f.ListStateMachines(ctx, &sdk.ListStateMachinesInput{MaxResults: 1001})
	wantError(t, err, "ValidationException", "Value '1001' at 'maxResults' failed to satisfy constraint: Member must "+
		"have value less than or equal to 1000")
	_, err = f.ListStateMachines(ctx, &sdk.ListStateMachinesInput{NextToken: ptr("nope")})
	wantError(t, err, "InvalidToken", "Invalid Token: 'Invalid token'")
	_, err = f.DescribeExecution(ctx, &sdk.DescribeExecutionInput{
		ExecutionArn: ptr("arn:aws:states:us-east-1:000000000000:execution:m:none"),
	})
	wantError(t, err, "ExecutionDoesNotExist",
		"Execution Does Not Exist: 'arn:aws:states:us-east-1:000000000000:execution:m:none'")
	_, err = f.PublishStateMachineVersion(ctx, &sdk.PublishStateMachineVersionInput{StateMachineArn: &arn})
	wantError(t, err, "UnknownOperationException", "PublishStateMachineVersion")
}

func TestAnUpdateIsForNewExecutions(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "W", `"W":{"Type":"Wait","Seconds":10,"Next":"A"},"A":{"Type":"Pass","Result":"old","End":true}`)
	old := f.start(m, "", `{}`)
	f.reaches(old, "WaitStateEntered")
	updated := must(f.UpdateStateMachine(ctx, &sdk.UpdateStateMachineInput{
		StateMachineArn: &m, Definition: ptr(`{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"new","End":true}}}`),
	}))(t)
	if *updated.RevisionId == "" {
		t.Error("no revision")
	}
	if out := f.end(f.start(m, "", `{}`), types.ExecutionStatusSucceeded); *out.Output != `"new"` {
		t.Errorf("the new execution gave %s", *out.Output)
	}
	f.wait(1, 10*time.Second)
	if out := f.end(old, types.ExecutionStatusSucceeded); *out.Output != `"old"` {
		t.Errorf("the old execution gave %s", *out.Output)
	}
	of := must(f.DescribeStateMachineForExecution(ctx, &sdk.DescribeStateMachineForExecutionInput{ExecutionArn: &old}))(t)
	if !strings.Contains(*of.Definition, "old") {
		t.Errorf("the old execution's definition is %s", *of.Definition)
	}
}

func TestAStartIsIdempotentWhileItRuns(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "W", `"W":{"Type":"Wait","Seconds":10,"End":true}`)
	x := f.start(m, "order-7", `{"n":1}`)
	f.clock.Advance(time.Second)
	again := must(f.StartExecution(ctx, &sdk.StartExecutionInput{
		StateMachineArn: &m, Name: ptr("order-7"), Input: ptr(`{"n":1}`),
	}))(t)
	if *again.ExecutionArn != x || !again.StartDate.Equal(epoch) {
		t.Errorf("again: %s, %v", *again.ExecutionArn, again.StartDate)
	}
	other := func(input string) error {
		_, err := f.StartExecution(ctx, &sdk.StartExecutionInput{
			StateMachineArn: &m, Name: ptr("order-7"), Input: &input,
		})
		return err
	}
	wantError(t, other(`{"n":2}`), "ExecutionAlreadyExists", "Execution Already Exists: '"+x+"'")
	f.wait(1, 10*time.Second)
	f.end(x, types.ExecutionStatusSucceeded)
	wantError(t, other(`{"n":1}`), "ExecutionAlreadyExists", "Execution Already Exists: '"+x+"'")
	f.clock.Advance(90 * 24 * time.Hour)
	if err := other(`{"n":2}`); err != nil {
		t.Errorf("after 90 days: %v", err)
	}
}

func TestExecutionsAreListedNewestFirst(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "C", `"C":{"Type":"Choice","Choices":[{"Variable":"$.bad","IsPresent":true,"Next":"F"}],
		"Default":"P"},"F":{"Type":"Fail"},"P":{"Type":"Pass","End":true}`)
	for i := range 5 {
		input, status := `{}`, types.ExecutionStatusSucceeded
		if i%2 == 1 {
			input, status = `{"bad":1}`, types.ExecutionStatusFailed
		}
		f.end(f.start(m, fmt.Sprint("x", i), input), status)
	}
	list := func(in sdk.ListExecutionsInput) string {
		in.StateMachineArn, in.MaxResults = &m, 2
		var names []string
		pages := sdk.NewListExecutionsPaginator(f.Client, &in)
		for pages.HasMorePages() {
			for _, x := range must(pages.NextPage(ctx))(t).Executions {
				names = append(names, *x.Name)
			}
		}
		return strings.Join(names, " ")
	}
	if got := list(sdk.ListExecutionsInput{}); got != "x4 x3 x2 x1 x0" {
		t.Errorf("all: %s", got)
	}
	if got := list(sdk.ListExecutionsInput{StatusFilter: types.ExecutionStatusFailed}); got != "x3 x1" {
		t.Errorf("failed: %s", got)
	}
	if got := list(sdk.ListExecutionsInput{RedriveFilter: types.ExecutionRedriveFilterRedriven}); got != "" {
		t.Errorf("redriven: %s", got)
	}
}

func TestAHistoryInPages(t *testing.T) {
	f := start(t, nil)
	m := f.define("m", passing, types.StateMachineTypeStandard)
	x := f.start(m, "", `{"a":1}`)
	f.end(x, types.ExecutionStatusSucceeded)
	read := func(reverse bool) string {
		var ids []string
		pages := sdk.NewGetExecutionHistoryPaginator(f.Client, &sdk.GetExecutionHistoryInput{
			ExecutionArn: &x, MaxResults: 3, ReverseOrder: reverse, IncludeExecutionData: ptr(false),
		})
		for pages.HasMorePages() {
			for _, e := range must(pages.NextPage(ctx))(t).Events {
				ids = append(ids, fmt.Sprint(e.Id))
				if d := e.StateEnteredEventDetails; d != nil && d.Input != nil {
					t.Errorf("with data: %s", *d.Input)
				}
			}
		}
		return strings.Join(ids, " ")
	}
	if got := read(false); got != "1 2 3 4" {
		t.Errorf("forward %s", got)
	}
	if got := read(true); got != "4 3 2 1" {
		t.Errorf("backward %s", got)
	}
}

func TestADeletedMachineLetsItsExecutionsEnd(t *testing.T) {
	f := start(t, nil)
	m := f.machine("m", "W", `"W":{"Type":"Wait","Seconds":10,"End":true}`)
	x := f.start(m, "", `{}`)
	must(f.DeleteStateMachine(ctx, &sdk.DeleteStateMachineInput{StateMachineArn: &m}))(t)
	out := must(f.DescribeStateMachine(ctx, &sdk.DescribeStateMachineInput{StateMachineArn: &m}))(t)
	if out.Status != types.StateMachineStatusDeleting {
		t.Errorf("%s", out.Status)
	}
	_, err := f.StartExecution(ctx, &sdk.StartExecutionInput{StateMachineArn: &m})
	wantError(t, err, "StateMachineDeleting", "")
	f.wait(1, 10*time.Second)
	f.eventually("the machine is gone", func() bool {
		_, err := f.DescribeExecution(ctx, &sdk.DescribeExecutionInput{ExecutionArn: &x})
		return err != nil
	})
	_, err = f.DescribeStateMachine(ctx, &sdk.DescribeStateMachineInput{StateMachineArn: &m})
	wantError(t, err, "StateMachineDoesNotExist", "")
	must(f.DeleteStateMachine(ctx, &sdk.DeleteStateMachineInput{StateMachineArn: &m}))(t)
}

func TestDefinitionsAreValidated(t *testing.T) {
	f := start(t, nil)
	validate := func(definition string, kind types.StateMachineType) string {
		out := must(f.ValidateStateMachineDefinition(ctx, &sdk.ValidateStateMachineDefinitionInput{
			Definition: &definition, Type: kind,
		}))(t)
		text := string(out.Result)
		for _, d := range out.Diagnostics {
			text += fmt.Sprintf(" %s %s: %s at %s", d.Severity, *d.Code, *d.Message, str(d.Location))
		}
		return text
	}
	const waiting = `{"StartAt":"T","States":{"T":{"Type":"Task","End":true,
		"Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"MessageBody.$":"$$.Task.Token"}}}}`
	for _, test := range []struct {
		definition string
		kind       types.StateMachineType
		want       string
	}{
		{passing, "", "OK"},
		{`{}`, "", "FAIL ERROR SCHEMA_VALIDATION_FAILED: These fields are required: [States, StartAt] at /"},
		{waiting, types.StateMachineTypeStandard, "OK"},
		{waiting, types.StateMachineTypeExpress, "FAIL ERROR SCHEMA_VALIDATION_FAILED: Express state machine does not " +
			"support '.waitForTaskToken' service integration  at /States/T/Resource"},
	} {
		if got := validate(test.definition, test.kind); got != test.want {
			t.Errorf("%s\nwant %s", got, test.want)
		}
	}
}

func TestTags(t *testing.T) {
	f := start(t, nil)
	m, a := f.define("m", passing, types.StateMachineTypeStandard), f.activity("a")
	for _, arn := range []string{m, a} {
		must(f.TagResource(ctx, &sdk.TagResourceInput{ResourceArn: &arn, Tags: []types.Tag{
			{Key: ptr("b"), Value: ptr("2")}, {Key: ptr("a"), Value: ptr("1")},
		}}))(t)
		must(f.UntagResource(ctx, &sdk.UntagResourceInput{ResourceArn: &arn, TagKeys: []string{"b", "x"}}))(t)
		tags := must(f.ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceArn: &arn}))(t).Tags
		if len(tags) != 1 || *tags[0].Key != "a" || *tags[0].Value != "1" {
			t.Errorf("%s: %+v", arn, tags)
		}
	}
	_, err := f.ListTagsForResource(ctx, &sdk.ListTagsForResourceInput{ResourceArn: ptr(m + "x")})
	wantError(t, err, "ResourceNotFound", "Resource not found: '"+m+"x'")
}

func TestExpress(t *testing.T) {
	f := start(t, nil)
	m := f.define("m", `{"StartAt":"W","States":{"W":{"Type":"Wait","SecondsPath":"$.n","End":true}}}`,
		types.StateMachineTypeExpress)
	run := func(input string, d time.Duration) *sdk.StartSyncExecutionOutput {
		got := make(chan *sdk.StartSyncExecutionOutput)
		go func() {
			got <- must(f.StartSyncExecution(ctx, &sdk.StartSyncExecutionInput{
				StateMachineArn: &m, Input: &input, Name: ptr("x"),
			}))(t)
		}()
		f.wait(2, 0)
		f.clock.Advance(d)
		return <-got
	}
	out := run(`{"n":299}`, 299*time.Second)
	if out.Status != types.SyncExecutionStatusSucceeded || *out.Output != `{"n":299}` ||
		out.BillingDetails.BilledMemoryUsedInMB != 64 || !strings.Contains(*out.ExecutionArn, ":express:m:x:") {
		t.Errorf("%+v", out)
	}
	long := run(`{"n":301}`, 5*time.Minute)
	if long.Status != types.SyncExecutionStatusTimedOut || long.BillingDetails.BilledDurationInMilliseconds != 300_000 {
		t.Errorf("%+v", long)
	}
	async := f.start(m, "", `{"n":0}`)
	_, err := f.DescribeExecution(ctx, &sdk.DescribeExecutionInput{ExecutionArn: &async})
	wantError(t, err, "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: express'")
	_, err = f.ListExecutions(ctx, &sdk.ListExecutionsInput{StateMachineArn: &m})
	wantError(t, err, "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
	standard := f.define("s", passing, types.StateMachineTypeStandard)
	_, err = f.StartSyncExecution(ctx, &sdk.StartSyncExecutionInput{StateMachineArn: &standard})
	wantError(t, err, "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
}

func TestAnExpressLoopEnds(t *testing.T) {
	f := start(t, nil)
	m := f.define("m", `{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$.x","IsPresent":true,
		"Next":"Z"}],"Default":"B"},"B":{"Type":"Pass","Next":"A"},"Z":{"Type":"Succeed"}}}`, types.StateMachineTypeExpress)
	out := must(f.StartSyncExecution(ctx, &sdk.StartSyncExecutionInput{StateMachineArn: &m}))(t)
	if out.Status != types.SyncExecutionStatusFailed || *out.Error != "States.Runtime" {
		t.Errorf("%+v", out)
	}
}
