package conformance

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

const waiting = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}}`

var stepExecutions = []Case{
	{"an execution's output is the last state's, and its history has every step", func(t *testing.T, e *Env) {
		x := e.execute(t, e.machine(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"x":1},"ResultPath":"$.b",
			"Next":"B"},"B":{"Type":"Succeed"}}}`), `{"a":2}`)
		equal(t, "output", aws.ToString(e.ended(t, x, types.ExecutionStatusSucceeded).Output), `{"a":2,"b":{"x":1}}`)
		equal(t, "history", e.history(t, x), "ExecutionStarted PassStateEntered PassStateExited SucceedStateEntered "+
			"SucceedStateExited ExecutionSucceeded")
	}},
	{"a choice goes by its input", func(t *testing.T, e *Env) {
		m := e.machine(t, `{"StartAt":"C","States":{"C":{"Type":"Choice","Default":"Small","Choices":[
			{"Variable":"$.n","NumericGreaterThan":1,"Next":"Big"}]},"Big":{"Type":"Pass","Result":"big","End":true},
			"Small":{"Type":"Fail","Error":"TooSmall","Cause":"n is small"}}}`)
		equal(t, "output", aws.ToString(e.ended(t, e.execute(t, m, `{"n":2}`), types.ExecutionStatusSucceeded).Output), `"big"`)
		equal(t, "error", aws.ToString(e.ended(t, e.execute(t, m, `{"n":1}`), types.ExecutionStatusFailed).Error), "TooSmall")
	}},
	{"a map keeps the order of its items", func(t *testing.T, e *Env) {
		m := e.machine(t, `{"StartAt":"M","States":{"M":{"Type":"Map","End":true,
			"ItemSelector":{"v.$":"States.MathAdd($$.Map.Item.Value, 1)"},
			"ItemProcessor":{"StartAt":"A","States":{"A":{"Type":"Pass","End":true}}}}}}`)
		out := e.ended(t, e.execute(t, m, `[1,2,3]`), types.ExecutionStatusSucceeded)
		equal(t, "output", aws.ToString(out.Output), `[{"v":2},{"v":3},{"v":4}]`)
	}},
	{"a failed branch fails its parallel state, which is caught", func(t *testing.T, e *Env) {
		m := e.machine(t, `{"StartAt":"P","States":{"P":{"Type":"Parallel","End":true,"Branches":[
			{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":600,"End":true}}},
			{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"E","Cause":"C"}}}],
			"Catch":[{"ErrorEquals":["E"],"ResultPath":"$.problem","Next":"R"}]},"R":{"Type":"Pass",
			"InputPath":"$.problem.Error","End":true}}}`)
		equal(t, "output", aws.ToString(e.ended(t, e.execute(t, m, `{}`), types.ExecutionStatusSucceeded).Output), `"E"`)
	}},
	{"the same start again is the same execution while it runs", func(t *testing.T, e *Env) {
		m, name := e.machine(t, waiting), e.Name()
		begin := func(input string) (*sfn.StartExecutionOutput, error) {
			return e.Steps.StartExecution(t.Context(), &sfn.StartExecutionInput{
				StateMachineArn: &m, Name: &name, Input: &input,
			})
		}
		first, second := ok(begin(`{"a":1}`))(t), ok(begin(`{"a":1}`))(t)
		equal(t, "ARN", *second.ExecutionArn, *first.ExecutionArn)
		fails1(begin(`{"a":2}`))(t, "ExecutionAlreadyExists")
		ok(e.Steps.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: first.ExecutionArn}))(t)
		e.ended(t, *first.ExecutionArn, types.ExecutionStatusAborted)
		fails1(begin(`{"a":1}`))(t, "ExecutionAlreadyExists")
	}},
	{"a stopped execution is aborted", func(t *testing.T, e *Env) {
		x := e.execute(t, e.machine(t, waiting), `{}`)
		ok(e.Steps.StopExecution(t.Context(), &sfn.StopExecutionInput{
			ExecutionArn: &x, Error: str("Enough"), Cause: str("because"),
		}))(t)
		equal(t, "error", aws.ToString(e.ended(t, x, types.ExecutionStatusAborted).Error), "Enough")
	}},
	{"an input that is not JSON is InvalidExecutionInput", func(t *testing.T, e *Env) {
		m := e.machine(t, passing)
		fails1(e.Steps.StartExecution(t.Context(), &sfn.StartExecutionInput{
			StateMachineArn: &m, Input: str("not json"),
		}))(t, "InvalidExecutionInput")
	}},
}
