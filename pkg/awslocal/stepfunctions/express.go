package stepfunctions

import (
	"context"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// billedMemory is what an execution of little data is billed for: memory goes by chunks of 64 MB.
const billedMemory = 64

func notSupported() error {
	return api.Errorf("StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
}

type billing struct {
	Duration int64 `json:"billedDurationInMilliseconds"`
	Memory   int64 `json:"billedMemoryUsedInMB"`
}

// startSyncExecution starts an express execution and waits for its end. It goes on if the client leaves.
func (s *Service) startSyncExecution(ctx context.Context, r *api.Request, in *startInput) (any, error) {
	x, ended, err := s.startExpress(r, in)
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
	took := x.stopped.Sub(x.started)
	billed := max(took+100*time.Millisecond-1, 100*time.Millisecond).Truncate(100 * time.Millisecond)
	return struct {
		ExecutionArn    string   `json:"executionArn"`
		StateMachineArn string   `json:"stateMachineArn"`
		Name            string   `json:"name"`
		Status          string   `json:"status"`
		StartDate       float64  `json:"startDate"`
		StopDate        float64  `json:"stopDate"`
		Input           string   `json:"input"`
		InputDetails    included `json:"inputDetails"`
		Output          *string  `json:"output,omitempty"`
		OutputDetails   included `json:"outputDetails"`
		Error           string   `json:"error,omitempty"`
		Cause           string   `json:"cause,omitempty"`
		TraceHeader     string   `json:"traceHeader,omitempty"`
		BillingDetails  billing  `json:"billingDetails"`
	}{
		x.arn, x.machine.arn, x.name, x.status, seconds(x.started), seconds(x.stopped), x.text, included{true}, x.output,
		included{true}, x.error, x.cause, x.trace, billing{billed.Milliseconds(), billedMemory},
	}, nil
}

func (s *Service) startExpress(r *api.Request, in *startInput) (*execution, <-chan struct{}, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.accounts.Of(r.Scope()).machine(in.StateMachineArn)
	if err != nil {
		return nil, nil, err
	}
	if !m.express {
		return nil, nil, notSupported()
	}
	x, err := s.start(m, in)
	if err != nil {
		return nil, nil, err
	}
	ended := make(chan struct{})
	x.waiters = append(x.waiters, func() { close(ended) })
	return x, ended, nil
}
