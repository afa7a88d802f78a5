package stepfunctions

import (
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// openTask finds the open task of a token. A task that is over was there and has timed out, in AWS's words; one that
// never was does not exist.
func (s *Service) openTask(a *account, token string) (*task, error) {
	if token == "" {
		return nil, missing("taskToken")
	}
	if len(token) > 2048 {
		return nil, member(token, "taskToken", "have length less than or equal to 2048")
	}
	if t := s.tasks[token]; t != nil {
		return t, nil
	}
	execution, n, ok := readToken(token)
	if !ok {
		return nil, invalidToken()
	}
	if x := a.executions[execution]; x != nil && n <= x.tokens {
		return nil, api.Errorf("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
	}
	return nil, api.Errorf("TaskDoesNotExist", "Task Does Not Exist: 'Provided task does not exist'")
}

func (s *Service) sendTaskSuccess(a *account, in *struct {
	TaskToken string
	Output    *string
}) (any, error) {
	if in.Output == nil {
		return nil, missing("output")
	}
	if len(*in.Output) > asl.MaxData {
		return nil, member(*in.Output, "output", "have length less than or equal to 262144")
	}
	t, err := s.openTask(a, in.TaskToken)
	if err != nil {
		return nil, err
	}
	output, err := asl.Decode(*in.Output)
	if err != nil {
		return nil, api.Errorf("InvalidOutput", "Invalid Output: '%s'", notJSON(*in.Output, err))
	}
	t.b.x.run(func() { t.succeed(output) })
	return struct{}{}, nil
}

func (s *Service) sendTaskFailure(a *account, in *struct{ TaskToken, Error, Cause string }) (any, error) {
	switch {
	case len(in.Error) > 256:
		return nil, member(in.Error, "error", "have length less than or equal to 256")
	case len(in.Cause) > 32768:
		return nil, member(in.Cause, "cause", "have length less than or equal to 32768")
	}
	t, err := s.openTask(a, in.TaskToken)
	if err != nil {
		return nil, err
	}
	t.b.x.run(func() { t.fail(in.Error, in.Cause) })
	return struct{}{}, nil
}

func (s *Service) sendTaskHeartbeat(a *account, in *struct{ TaskToken string }) (any, error) {
	t, err := s.openTask(a, in.TaskToken)
	if err != nil {
		return nil, err
	}
	t.beat()
	return struct{}{}, nil
}
