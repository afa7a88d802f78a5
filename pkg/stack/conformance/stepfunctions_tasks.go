package conformance

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

var stepTasks = []Case{
	{"a worker's result is the task's", func(t *testing.T, e *Env) {
		m, a := e.onActivity(t, "", "")
		x := e.execute(t, m, `{"order":7}`)
		token, input := e.task(t, a)
		equal(t, "input", input, `{"order":7}`)
		e.report(t, token, `{"paid":true}`)
		equal(t, "output", aws.ToString(e.ended(t, x, types.ExecutionStatusSucceeded).Output), `{"paid":true}`)
		equal(t, "history", e.history(t, x), "ExecutionStarted TaskStateEntered ActivityScheduled ActivityStarted "+
			"ActivitySucceeded TaskStateExited ExecutionSucceeded")
	}},
	{"a failed task is retried, then caught", func(t *testing.T, e *Env) {
		m, a := e.onActivity(t, `"Retry":[{"ErrorEquals":["Busy"],"IntervalSeconds":1,"MaxAttempts":1}],
			"Catch":[{"ErrorEquals":["States.ALL"],"ResultPath":"$.problem","Next":"Caught"}],`,
			`,"Caught":{"Type":"Pass","End":true}`)
		x := e.execute(t, m, `{}`)
		for range 2 {
			token, _ := e.task(t, a)
			e.reportFailure(t, token, "Busy")
		}
		e.ended(t, x, types.ExecutionStatusSucceeded)
		equal(t, "history", e.history(t, x), "ExecutionStarted TaskStateEntered ActivityScheduled ActivityStarted "+
			"ActivityFailed ActivityScheduled ActivityStarted ActivityFailed TaskStateExited PassStateEntered PassStateExited "+
			"ExecutionSucceeded")
	}},
	{"a worker that sends no heartbeat loses its task", func(t *testing.T, e *Env) {
		m, a := e.onActivity(t, `"HeartbeatSeconds":1,"TimeoutSeconds":60,`, "")
		x := e.execute(t, m, `{}`)
		token, _ := e.task(t, a)
		equal(t, "error", aws.ToString(e.ended(t, x, types.ExecutionStatusFailed).Error), "States.Timeout")
		fails1(e.Steps.SendTaskSuccess(t.Context(), &sfn.SendTaskSuccessInput{TaskToken: &token, Output: str("1")}))(t,
			"TaskTimedOut")
	}},
	{"an unknown token is InvalidToken", func(t *testing.T, e *Env) {
		fails1(e.Steps.SendTaskHeartbeat(t.Context(), &sfn.SendTaskHeartbeatInput{TaskToken: str("nonsense")}))(t,
			"InvalidToken")
	}},
	{"a message carries a token, which ends its task", func(t *testing.T, e *Env) {
		queue := e.queue(t, nil)
		m := e.machine(t, fmt.Sprintf(`{"StartAt":"T","States":{"T":{"Type":"Task","End":true,
			"Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",
			"Parameters":{"QueueUrl":%q,"MessageBody.$":"$$.Task.Token"}}}}`, queue))
		x := e.execute(t, m, `{}`)
		e.report(t, *e.one(t, queue).Body, `"done"`)
		equal(t, "output", aws.ToString(e.ended(t, x, types.ExecutionStatusSucceeded).Output), `"done"`)
		equal(t, "history", e.history(t, x), "ExecutionStarted TaskStateEntered TaskScheduled TaskStarted TaskSubmitted "+
			"TaskSucceeded TaskStateExited ExecutionSucceeded")
	}},
	{"a refused write has the service's error", func(t *testing.T, e *Env) {
		m := e.machine(t, `{"StartAt":"T","States":{"T":{"Type":"Task","End":true,
			"Resource":"arn:aws:states:::dynamodb:getItem",
			"Parameters":{"TableName":"crashlab-no-such-table","Key":{"k":{"S":"a"}}}}}}`)
		equal(t, "error", aws.ToString(e.ended(t, e.execute(t, m, `{}`), types.ExecutionStatusFailed).Error),
			"DynamoDB.ResourceNotFoundException")
	}},
	{"a machine waits for another", func(t *testing.T, e *Env) {
		inner := e.machine(t, `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"x":1},"End":true}}}`)
		m := e.machine(t, fmt.Sprintf(`{"StartAt":"T","States":{"T":{"Type":"Task","End":true,"OutputPath":"$.Output",
			"Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":%q}}}}`, inner))
		equal(t, "output", aws.ToString(e.ended(t, e.execute(t, m, `{}`), types.ExecutionStatusSucceeded).Output), `{"x":1}`)
	}},
}
