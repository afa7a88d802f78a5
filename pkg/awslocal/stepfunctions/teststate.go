package stepfunctions

import (
	"context"
	"encoding/json"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// testName names the machine of a state that is tested, and the state if it has no name.
const testName = "TestState"

// stateTest is what one run of one state shows. A nil one notes nothing.
type stateTest struct {
	status     string // "" unless an error is retried or caught
	next       string
	error      string // that was caught
	cause      string
	inspection inspection
}

// inspection is what the state's fields have made of its data, by stage, and what handled its error.
type inspection struct {
	Input               *string       `json:"input,omitempty"`
	AfterInputPath      *string       `json:"afterInputPath,omitempty"`
	AfterParameters     *string       `json:"afterParameters,omitempty"`
	Result              *string       `json:"result,omitempty"`
	AfterResultSelector *string       `json:"afterResultSelector,omitempty"`
	AfterResultPath     *string       `json:"afterResultPath,omitempty"`
	ErrorDetails        *errorDetails `json:"errorDetails,omitempty"`
}

type errorDetails struct {
	CatchIndex                  *int   `json:"catchIndex,omitempty"`
	RetryIndex                  *int   `json:"retryIndex,omitempty"`
	RetryBackoffIntervalSeconds *int64 `json:"retryBackoffIntervalSeconds,omitempty"`
}

// tell notes the data of a stage.
func (t *stateTest) tell(stage string, value any) {
	if t == nil {
		return
	}
	raw, err := json.Marshal(value)
	if err != nil {
		return // data of a state always marshals
	}
	text := string(raw)
	*map[string]**string{
		"afterInputPath": &t.inspection.AfterInputPath, "afterParameters": &t.inspection.AfterParameters,
		"result": &t.inspection.Result, "afterResultSelector": &t.inspection.AfterResultSelector,
		"afterResultPath": &t.inspection.AfterResultPath,
	}[stage] = &text
}

// retries notes that a retrier handles the error.
func (t *stateTest) retries(retrier int, delay time.Duration) {
	seconds := int64(delay / time.Second)
	t.status = "RETRIABLE"
	t.inspection.ErrorDetails = &errorDetails{RetryIndex: &retrier, RetryBackoffIntervalSeconds: &seconds}
}

// catches notes that a catcher of the state handles the error.
func (t *stateTest) catches(s *asl.State, catcher *asl.Catcher, name, cause string) {
	if t == nil {
		return
	}
	t.status, t.error, t.cause = "CAUGHT_ERROR", name, cause
	for i := range s.Catch {
		if &s.Catch[i] == catcher {
			t.inspection.ErrorDetails = &errorDetails{CatchIndex: &i}
		}
	}
}

type testInput struct {
	Definition               *string
	Input                    *string
	InspectionLevel          string
	RoleArn                  string
	StateName                string
	Mock, StateConfiguration json.RawMessage
	Context, Variables       *string
}

func (in *testInput) check() error {
	switch {
	case in.Definition == nil:
		return missing("definition")
	case in.InspectionLevel != "" && in.InspectionLevel != "INFO" && in.InspectionLevel != "DEBUG" &&
		in.InspectionLevel != "TRACE":
		return member(in.InspectionLevel, "inspectionLevel", "satisfy enum value set: [INFO, DEBUG, TRACE]")
	case in.Mock != nil || in.StateConfiguration != nil || in.Context != nil || in.Variables != nil:
		return validation("The embedded AWS tests states without mocks, configurations, contexts and variables.")
	case in.RoleArn != "":
		return checkRole(in.RoleArn)
	}
	return nil
}

// machine is the state alone.
func (in *testInput) machine() (*asl.Machine, error) {
	if in.StateName == "" {
		m, found := asl.ParseState(testName, *in.Definition)
		return checkTested(m, testName, found)
	}
	m, found := asl.Parse(*in.Definition)
	if m != nil && m.States[in.StateName] == nil {
		return nil, validation("State %s is not in the definition.", in.StateName)
	}
	if m != nil {
		m = &asl.Machine{StartAt: in.StateName, States: map[string]*asl.State{in.StateName: m.States[in.StateName]}}
	}
	return checkTested(m, in.StateName, found)
}

// checkTested refuses a state that can't be tested.
func checkTested(m *asl.Machine, name string, found []asl.Diagnostic) (*asl.Machine, error) {
	if m != nil {
		if kind := m.States[name].Type; kind == asl.Map || kind == asl.Parallel {
			return nil, validation("State type '%s' is not supported when a mock is not specified", kind)
		}
		found = append(found, checkResources(m, true)...)
	}
	if asl.Failed(found) {
		return nil, &api.Error{Code: "InvalidDefinition", Message: asl.InvalidDefinition(found)}
	}
	return m, nil
}

// testState runs one state, which may take five minutes, and waits for its end.
func (s *Service) testState(ctx context.Context, r *api.Request, in *testInput) (any, error) {
	if err := in.check(); err != nil {
		return nil, err
	}
	machine, err := in.machine()
	if err != nil {
		return nil, err
	}
	x, ended, err := s.startTest(r, machine, in)
	if err != nil {
		return nil, err
	}
	select {
	case <-ended:
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-s.ctx.Done():
		return nil, s.ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := struct {
		Output         *string     `json:"output,omitempty"`
		Error          string      `json:"error,omitempty"`
		Cause          string      `json:"cause,omitempty"`
		InspectionData *inspection `json:"inspectionData,omitempty"`
		NextState      string      `json:"nextState,omitempty"`
		Status         string      `json:"status"`
	}{x.output, x.error, x.cause, nil, x.test.next, x.test.status}
	switch {
	case x.status == timedOut:
		out.Error, out.Status = asl.ErrTimeout, failed
	case out.Status == "":
		out.Status = x.status
	case out.Error == "":
		out.Error, out.Cause = x.test.error, x.test.cause
	}
	if in.InspectionLevel == "DEBUG" || in.InspectionLevel == "TRACE" {
		out.InspectionData = &x.test.inspection
		out.InspectionData.Input = &x.text
	}
	return out, nil
}

// startTest runs the state as an express execution of a machine that nobody else sees.
func (s *Service) startTest(r *api.Request, machine *asl.Machine, in *testInput) (*execution, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts.Of(r.Scope())
	m := &stateMachine{
		service: s, account: a, name: testName, arn: a.arn("stateMachine", testName), express: true, created: s.now(),
		revision: &revision{definition: *in.Definition, machine: machine, role: in.RoleArn},
		running:  map[*execution]struct{}{},
	}
	x, err := s.start(m, &startInput{Input: in.Input})
	if err != nil {
		return nil, nil, err
	}
	x.test = &stateTest{} // its first step waits for the lock
	ended := make(chan struct{})
	x.waiters = append(x.waiters, func() { close(ended) })
	return x, ended, nil
}
