package part

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Machine is a Standard state machine of Step Functions. Its tasks are activities, which workers poll for.
type Machine struct {
	Name string // on the stack
	arn  string // once it is created

	activities map[string]string // ARNs by name
}

// NewMachine declares a state machine and its activities. In the definition ${name} is the ARN of the activity of that
// name.
func NewMachine(b *lab.Builder, name, definition string, activities ...string) *Machine {
	m := &Machine{Name: b.Name(name), activities: map[string]string{}}
	b.Prepare("create state machine "+name, func(ctx context.Context, i *lab.Instance) error {
		var pairs []string
		for _, a := range activities {
			out, err := i.StepFunctions().CreateActivity(ctx, &sfn.CreateActivityInput{Name: aws.String(b.Name(a))})
			if err != nil {
				return during(err, "create activity %s", a)
			}
			m.activities[a] = *out.ActivityArn
			pairs = append(pairs, "${"+a+"}", *out.ActivityArn)
		}
		out, err := i.StepFunctions().CreateStateMachine(ctx, &sfn.CreateStateMachineInput{
			Name: &m.Name, RoleArn: aws.String("arn:aws:iam::000000000000:role/" + name),
			Definition: aws.String(strings.NewReplacer(pairs...).Replace(definition)),
		})
		if err == nil {
			m.arn = *out.StateMachineArn
		}
		return err
	})
	return m
}

// Start starts an execution. A second call with the same name and input changes nothing while the first is running;
// later it is an error of type *types.ExecutionAlreadyExists.
func (m *Machine) Start(ctx context.Context, i *lab.Instance, name string, input any) error {
	raw, err := json.Marshal(input)
	if err == nil {
		_, err = i.StepFunctions().StartExecution(ctx, &sfn.StartExecutionInput{
			StateMachineArn: &m.arn, Name: &name, Input: aws.String(string(raw)),
		})
	}
	return during(err, "start execution %s", name)
}

// Running returns how many executions have not ended.
func (m *Machine) Running(ctx context.Context, i *lab.Instance) (n int, err error) {
	pages := sfn.NewListExecutionsPaginator(i.StepFunctions(), &sfn.ListExecutionsInput{
		StateMachineArn: &m.arn, StatusFilter: types.ExecutionStatusRunning, MaxResults: 1000,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return 0, during(err, "list executions")
		}
		n += len(page.Executions)
	}
	return n, nil
}

// TaskError is the error of a handler that the state machine is to see by this name, to retry or catch.
type TaskError struct {
	Name, Cause string
}

func (e *TaskError) Error() string { return e.Name + ": " + e.Cause }

// Worker does the tasks of an activity, one at a time.
type Worker struct {
	Machine  *Machine
	Activity string
	// Handle does a task. Its answer becomes JSON. An error that is no [TaskError] has the name "Error".
	Handle func(ctx context.Context, i *lab.Instance, input []byte) (answer any, err error)
	// Unreported sees a task that was done, and whose report Step Functions did not take, or did not answer. Optional.
	Unreported func(ctx context.Context, i *lab.Instance, input []byte) error
}

// taskWait is longer than the minute for which GetActivityTask waits for a task.
const taskWait = 65 * time.Second

// Run is the worker's service.
func (w Worker) Run(ctx context.Context, i *lab.Instance) error {
	i.Ready()
	return Again(ctx, i, func(ctx context.Context) error {
		poll, cancel := context.WithTimeout(ctx, taskWait)
		defer cancel()
		arn := w.Machine.activities[w.Activity]
		task, err := i.StepFunctions().
			GetActivityTask(poll, &sfn.GetActivityTaskInput{ActivityArn: &arn, WorkerName: &i.Name})
		if err != nil || aws.ToString(task.TaskToken) == "" { // none within a minute
			return err
		}
		return w.do(ctx, i, *task.TaskToken, []byte(*task.Input))
	})
}

func (w Worker) do(ctx context.Context, i *lab.Instance, token string, input []byte) error {
	answer, err := w.Handle(ctx, i, input)
	if errors.Is(err, lab.ErrCrashed) {
		return err
	}
	if err != nil {
		named, ok := errors.AsType[*TaskError](err)
		if !ok {
			named = &TaskError{"Error", err.Error()}
		}
		_, err := i.StepFunctions().SendTaskFailure(ctx, &sfn.SendTaskFailureInput{
			TaskToken: &token, Error: &named.Name, Cause: &named.Cause,
		})
		return during(err, "report a failed task")
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return fmt.Errorf("answer of %s: %w", w.Activity, err)
	}
	_, err = i.StepFunctions().
		SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: &token, Output: aws.String(string(raw))})
	if err == nil {
		return nil
	}
	i.Log.Info("a task's success was not taken", zap.Error(err))
	if w.Unreported != nil {
		return w.Unreported(ctx, i, input)
	}
	return nil
}
