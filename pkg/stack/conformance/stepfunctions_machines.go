package conformance

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

var stepMachines = []Case{
	{"a state machine is described as it was made", func(t *testing.T, e *Env) {
		arn := e.machine(t, passing)
		out := ok(e.Steps.DescribeStateMachine(t.Context(), &sfn.DescribeStateMachineInput{StateMachineArn: &arn}))(t)
		equal(t, "definition", *out.Definition, passing)
		equal(t, "status", out.Status, "ACTIVE")
		equal(t, "type", out.Type, "STANDARD")
	}},
	{"the same state machine can be made twice, another of its name not", func(t *testing.T, e *Env) {
		name, in := e.Name(), sfn.CreateStateMachineInput{Definition: str(passing), RoleArn: str(machineRole)}
		in.Name = &name
		first := ok(e.Steps.CreateStateMachine(t.Context(), &in))(t)
		second := ok(e.Steps.CreateStateMachine(t.Context(), &in))(t)
		equal(t, "ARN", *second.StateMachineArn, *first.StateMachineArn)
		in.Definition = str(`{"StartAt":"B","States":{"B":{"Type":"Succeed"}}}`)
		fails1(e.Steps.CreateStateMachine(t.Context(), &in))(t, "StateMachineAlreadyExists")
	}},
	{"a definition without states is InvalidDefinition", func(t *testing.T, e *Env) {
		fails1(e.create(t, `{"StartAt":"A"}`))(t, "InvalidDefinition")
	}},
	{"a resource that does not exist is InvalidDefinition", func(t *testing.T, e *Env) {
		fails1(e.create(t, `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"arn:aws:states:::dynamodb:query",
			"Parameters":{},"End":true}}}`))(t, "InvalidDefinition")
	}},
	{"an execution of a missing state machine is StateMachineDoesNotExist", func(t *testing.T, e *Env) {
		arn := e.machine(t, passing) + "x"
		fails1(e.Steps.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn}))(t,
			"StateMachineDoesNotExist")
	}},
	{"deleting a missing state machine succeeds", func(t *testing.T, e *Env) {
		arn := e.machine(t, passing) + "x"
		ok(e.Steps.DeleteStateMachine(t.Context(), &sfn.DeleteStateMachineInput{StateMachineArn: &arn}))(t)
	}},
}
