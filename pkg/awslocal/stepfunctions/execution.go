package stepfunctions

import (
	"strings"
	"time"
	"unicode"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// States of executions.
const (
	running   = "RUNNING"
	succeeded = "SUCCEEDED"
	failed    = "FAILED"
	timedOut  = "TIMED_OUT"
	aborted   = "ABORTED"
)

const (
	retention        = 90 * 24 * time.Hour // of an execution that ended, and of its name
	maxExpress       = 5 * time.Minute
	maxExpressEvents = 100_000 // AWS has no such limit: there a loop takes time
)

// execution is one run of a state machine. The service's lock guards it.
type execution struct {
	machine   *stateMachine
	revision  *revision
	name, arn string
	trace     string
	text      string // its input
	input     any

	status           string
	started, stopped time.Time
	output           *string
	error, cause     string

	history []event
	events  int64 // recorded; history is empty if express
	full    bool  // one more event does not fit

	root    *branch
	timer   clockwork.Timer // of the execution's time-out; nil if it has none
	waiters []func()        // called at the end, once

	redrives    int
	redriven    time.Time
	redriveWith string // the last RedriveExecution's client token
	tokens      int64  // task tokens made

	test *stateTest // if it runs one state alone, for TestState
}

func (x *execution) running() bool { return x.status == running }

func noExecution(arn string) error {
	return api.Errorf("ExecutionDoesNotExist", "Execution Does Not Exist: '%s'", arn)
}

// execution finds an execution of a standard machine by its ARN.
func (a *account) execution(arn string) (*execution, error) {
	if _, err := a.resourceOf(arn, "executionArn", "execution"); err != nil {
		return nil, err
	}
	if x := a.executions[arn]; x != nil {
		return x, nil
	}
	return nil, noExecution(arn)
}

// startInput is what StartExecution and StartSyncExecution take.
type startInput struct {
	StateMachineArn, Name, TraceHeader string
	Input                              *string
}

// start makes an execution and queues its first step.
func (s *Service) start(m *stateMachine, in *startInput) (*execution, error) {
	if m.deleting {
		return nil, deleting(m.arn)
	}
	if in.Name == "" {
		in.Name = id.UUID()
	}
	if err := checkName(in.Name); err != nil {
		return nil, err
	}
	text := "{}"
	if in.Input != nil {
		text = *in.Input
	}
	if len(text) > asl.MaxData {
		return nil, member(text, "input", "have length less than or equal to 262144")
	}
	input, err := asl.Decode(text)
	if err != nil {
		return nil, api.Errorf("InvalidExecutionInput", "Invalid State Machine Execution Input: '%s'", notJSON(text, err))
	}
	a := m.account
	x := &execution{
		machine: m, revision: m.revision, name: in.Name, trace: in.TraceHeader, text: text, input: input, status: running,
		started: s.now(),
	}
	if m.express {
		x.arn = a.arn("express", m.name+":"+in.Name+":"+id.UUID())
	} else {
		x.arn = a.arn("execution", m.name+":"+in.Name)
		a.forget(x.started.Add(-retention))
		if old := a.executions[x.arn]; old != nil && (old.running() || x.started.Sub(old.stopped) < retention) {
			if old.running() && old.text == text {
				return old, nil
			}
			return nil, api.Errorf("ExecutionAlreadyExists", "Execution Already Exists: '%s'", x.arn)
		}
		a.executions[x.arn] = x
		a.order = append(a.order, x)
	}
	m.running[x] = struct{}{}
	x.record("ExecutionStarted", 0, withInput(details{RoleArn: x.revision.role}, text))
	x.root = &branch{x: x, machine: x.revision.machine}
	x.limitTime()
	x.post(func() { x.root.enter(x.root.machine.StartAt, input, text) })
	return x, nil
}

// limitTime starts the timer of the execution's time-out.
func (x *execution) limitTime() {
	limit := x.revision.machine.Timeout
	if x.machine.express && (limit == 0 || limit > maxExpress) {
		limit = maxExpress
	}
	if limit > 0 {
		x.timer = x.after(limit, func() { x.end(timedOut, "ExecutionTimedOut", &details{Error: asl.ErrTimeout}) })
	}
}

// forget drops the executions that ended before a time. It looks at the oldest ones only, until it finds one that
// stays, so that a start costs little.
func (a *account) forget(before time.Time) {
	for len(a.order) > 0 {
		oldest := a.order[0]
		if oldest.running() || oldest.stopped.After(before) {
			return
		}
		if a.executions[oldest.arn] == oldest {
			delete(a.executions, oldest.arn)
		}
		a.order[0] = nil
		a.order = a.order[1:]
	}
}

// notJSON says what is wrong with an input, in the words of AWS's parser for the commonest mistake.
func notJSON(text string, err error) string {
	word := strings.TrimSpace(text)
	switch {
	case word == "":
		return "Invalid execution input."
	case unicode.IsLetter(rune(word[0])):
		if end := strings.IndexFunc(word, func(r rune) bool { return !unicode.IsLetter(r) }); end > 0 {
			word = word[:end]
		}
		return "Unrecognized token '" + word +
			"': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')"
	}
	return err.Error()
}

// succeed ends the execution with its output.
func (x *execution) succeed(output string) {
	x.output = &output
	x.end(succeeded, "ExecutionSucceeded", withOutput(details{}, output))
}

// fail ends the execution with an error.
func (x *execution) fail(name, cause string) {
	x.error, x.cause = name, cause
	x.end(failed, "ExecutionFailed", &details{Error: name, Cause: cause})
}

// fullCause is why an execution fails that has too many events.
func (x *execution) fullCause() string {
	if x.machine.express {
		return "The execution reached the maximum number of state transitions of the embedded AWS (100000 events)."
	}
	return "The execution reached the maximum number of history events (25000)."
}

// end ends the execution, and with it whatever its branches wait for.
func (x *execution) end(status, kind string, d *details) {
	previous := int64(0)
	if status == succeeded || status == failed {
		previous = x.root.last
	}
	x.halt()
	x.status, x.stopped = status, x.machine.service.now()
	if status == succeeded {
		x.root = nil // only a failed execution goes on
	}
	x.record(kind, previous, d)
	delete(x.machine.running, x)
	waiters := x.waiters
	x.waiters = nil
	for _, tell := range waiters {
		tell()
	}
	x.machine.deleteIfIdle()
}

// halt stops the timers and open tasks of the execution.
func (x *execution) halt() {
	if x.timer != nil {
		x.timer.Stop()
	}
	x.root.halt()
}

type started struct {
	ExecutionArn string  `json:"executionArn"`
	StartDate    float64 `json:"startDate"`
}

func (s *Service) startExecution(a *account, in *startInput) (any, error) {
	m, err := a.machine(in.StateMachineArn)
	if err != nil {
		return nil, err
	}
	x, err := s.start(m, in)
	if err != nil {
		return nil, err
	}
	return started{x.arn, seconds(x.started)}, nil
}

func (s *Service) stopExecution(a *account, in *struct{ ExecutionArn, Error, Cause string }) (any, error) {
	x, err := a.execution(in.ExecutionArn)
	switch {
	case err != nil:
		return nil, err
	case len(in.Error) > 256:
		return nil, member(in.Error, "error", "have length less than or equal to 256")
	case len(in.Cause) > 32768:
		return nil, member(in.Cause, "cause", "have length less than or equal to 32768")
	}
	if x.running() {
		x.stop(in.Error, in.Cause)
	}
	return struct {
		StopDate float64 `json:"stopDate"`
	}{seconds(x.stopped)}, nil
}

// stop aborts the execution.
func (x *execution) stop(name, cause string) {
	x.error, x.cause = name, cause
	x.end(aborted, "ExecutionAborted", &details{Error: name, Cause: cause})
}
