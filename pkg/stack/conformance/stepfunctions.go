package conformance

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// passing is a machine of one state.
const passing = `{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}`

// machineRole is a role that no emulator looks up.
const machineRole = "arn:aws:iam::000000000000:role/crashlab-conformance"

func (e *Env) create(t *testing.T, definition string) (*sfn.CreateStateMachineOutput, error) {
	t.Helper()
	name := e.Name()
	return e.Steps.CreateStateMachine(t.Context(), &sfn.CreateStateMachineInput{
		Name: &name, Definition: &definition, RoleArn: str(machineRole),
	})
}

// machine makes a state machine and returns its ARN.
func (e *Env) machine(t *testing.T, definition string) string {
	t.Helper()
	return *ok(e.create(t, definition))(t).StateMachineArn
}

// activity makes an activity and returns its ARN.
func (e *Env) activity(t *testing.T) string {
	t.Helper()
	name := e.Name()
	return *ok(e.Steps.CreateActivity(t.Context(), &sfn.CreateActivityInput{Name: &name}))(t).ActivityArn
}

// onActivity makes a machine of one task for an activity's workers, with further fields and states.
func (e *Env) onActivity(t *testing.T, fields, states string) (machine, activity string) {
	t.Helper()
	activity = e.activity(t)
	return e.machine(t, fmt.Sprintf(`{"StartAt":"T","States":{"T":{"Type":"Task","Resource":%q,%s"End":true}%s}}`,
		activity, fields, states)), activity
}

// execute starts an execution and returns its ARN.
func (e *Env) execute(t *testing.T, machine, input string) string {
	t.Helper()
	out := ok(e.Steps.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &machine, Input: &input}))(t)
	return *out.ExecutionArn
}

// ended waits for an execution's end.
func (e *Env) ended(t *testing.T, execution string, status types.ExecutionStatus) (out *sfn.DescribeExecutionOutput) {
	t.Helper()
	eventually(t, "the end of "+execution, func() bool {
		out = ok(e.Steps.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &execution}))(t)
		return out.Status != types.ExecutionStatusRunning
	})
	equal(t, "status", out.Status, status)
	return out
}

// history is the types of an execution's events.
func (e *Env) history(t *testing.T, execution string) string {
	t.Helper()
	out := ok(e.Steps.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: &execution}))(t)
	var kinds []string
	for _, event := range out.Events {
		kinds = append(kinds, string(event.Type))
	}
	return strings.Join(kinds, " ")
}

// task polls an activity for a task, and returns its token and input.
func (e *Env) task(t *testing.T, activity string) (token, input string) {
	t.Helper()
	out := ok(e.Steps.GetActivityTask(t.Context(), &sfn.GetActivityTaskInput{
		ActivityArn: &activity, WorkerName: str("worker"),
	}))(t)
	if out.TaskToken == nil {
		t.Fatal("no task within a minute")
	}
	var compact bytes.Buffer // LocalStack writes a space after a colon
	if err := json.Compact(&compact, []byte(*out.Input)); err != nil {
		t.Fatalf("input %q: %v", *out.Input, err)
	}
	return *out.TaskToken, compact.String()
}

func (e *Env) report(t *testing.T, token, output string) {
	t.Helper()
	ok(e.Steps.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: &token, Output: &output}))(t)
}

func (e *Env) reportFailure(t *testing.T, token, name string) {
	t.Helper()
	ok(e.Steps.SendTaskFailure(t.Context(), &sfn.SendTaskFailureInput{
		TaskToken: &token, Error: &name, Cause: str("because"),
	}))(t)
}
