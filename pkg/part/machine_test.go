package part

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// A task's answer goes on to the next state, a named error to its catcher; a second start changes nothing.
func TestMachineCallsItsWorkers(t *testing.T) {
	const definition = `{"StartAt": "Sell", "States": {
		"Sell": {"Type": "Task", "Resource": "${sell}", "End": true,
			"Catch": [{"ErrorEquals": ["SoldOut"], "ResultPath": null, "Next": "No"}]},
		"No": {"Type": "Fail", "Error": "none-left"}}}`
	var m *Machine
	env := up(t, func(b *lab.Builder) {
		m = NewMachine(b, "sale", definition, "sell")
		b.Service("seller", Worker{Machine: m, Activity: "sell",
			Handle: func(_ context.Context, _ *lab.Instance, input []byte) (any, error) {
				if Decode[sale](input).Kind == "book" {
					return nil, &TaskError{"SoldOut", "no books"}
				}
				return sale{"sold"}, nil
			}}.Run)
	})
	ctx, i := testContext(t), env.Observer()
	for kind, want := range map[string]types.ExecutionStatus{
		"toy": types.ExecutionStatusSucceeded, "book": types.ExecutionStatusFailed,
	} {
		if err := m.Start(ctx, i, kind, sale{kind}); err != nil {
			t.Fatal(err)
		}
		err := m.Start(ctx, i, kind, sale{kind})
		if _, over := errors.AsType[*types.ExecutionAlreadyExists](err); err != nil && !over {
			t.Fatal(err)
		}
		err = lab.Poll(ctx, "no execution runs", func(ctx context.Context) (bool, error) {
			n, err := m.Running(ctx, i)
			return n == 0, err
		})
		if err != nil {
			t.Fatal(err)
		}
		out, err := i.StepFunctions().ListExecutions(ctx, &sfn.ListExecutionsInput{StateMachineArn: &m.arn})
		if err != nil || len(out.Executions) == 0 || *out.Executions[0].Name != kind || out.Executions[0].Status != want {
			t.Errorf("%s: %+v, %v, want %s", kind, out, err, want)
		}
	}
}
