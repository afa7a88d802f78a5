package stepfunctions

import (
	"encoding/json"

	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// startNested is states:startExecution.
func (c *call) startNested() (any, error) {
	in, err := c.object()
	if err != nil {
		return nil, err
	}
	var out started
	if err := c.invoke("states", "StartExecution", asText(in, "Input"), &out); err != nil {
		return nil, err
	}
	c.started = out.ExecutionArn
	return withMetadata(map[string]any{
		"ExecutionArn": out.ExecutionArn, "StartDate": milliseconds(out.StartDate),
	}), nil
}

// milliseconds is a time as the integration gives it.
func milliseconds(seconds float64) json.Number { return number(int(seconds*1000 + 0.5)) }

// follow ends the task with the end of the execution that it started; if the task is abandoned, that execution is
// stopped.
func (t *task) follow(arn string) {
	x := t.b.x
	nested := x.machine.account.executions[arn]
	if nested == nil { // it ended, and its machine was deleted
		t.fail(asl.ErrTaskFailed, "The execution "+arn+" does not exist any more.")
		return
	}
	end := func() { x.post(func() { t.nestedEnded(nested) }) }
	if !nested.running() {
		end()
		return
	}
	nested.waiters = append(nested.waiters, end)
	t.cancel = func() {
		if nested.running() {
			nested.stop("", "The execution that started it was stopped: "+x.arn)
		}
	}
}

// nestedEnded takes a nested execution's end as the task's.
func (t *task) nestedEnded(nested *execution) {
	if !t.open {
		return
	}
	// .sync:2 gives input and output as JSON; .sync as text, and a failure always so.
	text := func(s string) any {
		if t.resource.sync == sync2Suffix && nested.status == succeeded {
			if v, err := asl.Decode(s); err == nil {
				return v
			}
		}
		return s
	}
	result := map[string]any{
		"ExecutionArn": nested.arn, "StateMachineArn": nested.machine.arn, "Name": nested.name, "Status": nested.status,
		"StartDate": number(int(nested.started.UnixMilli())), "StopDate": number(int(nested.stopped.UnixMilli())),
		"Input": text(nested.text), "InputDetails": map[string]any{"Included": true},
	}
	if nested.output != nil {
		result["Output"], result["OutputDetails"] = text(*nested.output), map[string]any{"Included": true}
	}
	if nested.status == succeeded {
		t.succeed(result)
		return
	}
	if nested.error != "" {
		result["Error"] = nested.error
	}
	if nested.cause != "" {
		result["Cause"] = nested.cause
	}
	t.fail(asl.ErrTaskFailed, asl.Encode(result))
}
