package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// Sizes of payloads in bytes.
const (
	maxPayload      = 6291556 // AWS's own: 6 MB and some
	maxEventPayload = 1 << 20
)

// unhandled is the kind of every error of a function.
const unhandled = "Unhandled"

type invokeInput struct {
	ref
	InvocationType string `rest:"header=X-Amz-Invocation-Type"`
	LogType        string `rest:"header=X-Amz-Log-Type"`
	ClientContext  string `rest:"header=X-Amz-Client-Context"`
	Payload        []byte `rest:"payload"`
}

type invokeOutput struct {
	StatusCode      int    `rest:"status"`
	FunctionError   string `json:",omitempty" rest:"header=X-Amz-Function-Error"`
	LogResult       string `json:",omitempty" rest:"header=X-Amz-Log-Result"`
	ExecutedVersion string `json:",omitempty" rest:"header=X-Amz-Executed-Version"`
	Payload         []byte `rest:"payload"`
}

func (s *Service) invoke(ctx context.Context, r *api.Request, in *invokeInput) (any, error) {
	limit := maxPayload
	switch in.InvocationType {
	case "", "RequestResponse", "DryRun":
	case "Event":
		limit = maxEventPayload
	default:
		return nil, constraint(in.InvocationType, "invocationType",
			"satisfy enum value set: [Event, RequestResponse, DryRun]")
	}
	switch {
	case in.LogType != "" && in.LogType != "None" && in.LogType != "Tail":
		return nil, constraint(in.LogType, "logType", "satisfy enum value set: [None, Tail]")
	case len(in.Payload) > limit:
		return nil, tooLarge(limit, "InvokeFunction")
	case len(in.Payload) > 0 && !json.Valid(in.Payload):
		return nil, api.Errorf("InvalidRequestContentException", "Could not parse request body into json: Could not parse "+
			"payload into json")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.accounts.Of(r.Scope())
	v, qualifier, err := a.version(in.ref, rand.Float64())
	if err != nil {
		return nil, err
	}
	arn := a.arn(v.function.name, qualifier)
	payload := in.Payload
	if len(payload) == 0 {
		payload = []byte("{}")
	}
	switch in.InvocationType {
	case "DryRun":
		return invokeOutput{StatusCode: 204}, nil
	case "Event":
		return s.accept(v.function, qualifier, r.ID, payload)
	}
	c, refused := s.begin(v, arn)
	if refused != nil {
		s.reportThrottle(v, refused)
		return nil, refused
	}
	c.requestID, c.clientContext, c.payload = r.ID, in.ClientContext, payload
	done, err := s.await(ctx, c)
	if err != nil {
		return nil, err
	}
	answer := invokeOutput{StatusCode: 200, ExecutedVersion: done.Version, Payload: done.body()}
	if done.failed != nil {
		answer.FunctionError = unhandled
	}
	if in.LogType == "Tail" {
		answer.LogResult = done.tail()
	}
	return answer, nil
}

// result is what a request came to.
type result struct {
	outcome
	Report
}

// await runs a request, which goes on if its caller leaves. The lock is held, and given up meanwhile.
func (s *Service) await(ctx context.Context, c *call) (result, error) {
	done := make(chan result, 1)
	s.start("invocation", func() {
		defer close(done)
		done <- s.run(c)
	})
	s.mu.Unlock()
	defer s.mu.Lock()
	select {
	case r, ok := <-done:
		if !ok {
			return result{}, errors.New("the invocation panicked")
		}
		return r, nil
	case <-ctx.Done():
		return result{}, ctx.Err()
	case <-s.ctx.Done():
		return result{}, s.ctx.Err()
	}
}

// body is the payload of an answer.
func (o outcome) body() []byte {
	switch {
	case o.failed == nil:
		return o.payload
	case o.failed.raw != nil:
		return o.failed.raw
	}
	raw, err := json.Marshal(o.failed)
	if err != nil {
		return nil // strings always marshal
	}
	return raw
}

func (s *Service) reportThrottle(v *version, refused *api.Error) {
	if s.cfg.Reported != nil {
		reason, _ := refused.Members["Reason"].(string)
		s.cfg.Reported(Report{
			Function: v.FunctionName, Version: v.Version, At: s.clock.Now(), Throttled: reason,
		})
	}
}

// invokeAsync is the deprecated operation for what is now Invoke of the type Event.
func (s *Service) invokeAsync(ctx context.Context, r *api.Request, in *struct {
	FunctionName string
	InvokeArgs   []byte `rest:"payload"`
}) (any, error) {
	if _, err := s.invoke(ctx, r, &invokeInput{
		ref: ref{FunctionName: in.FunctionName}, InvocationType: "Event", Payload: in.InvokeArgs,
	}); err != nil {
		return nil, err
	}
	return api.Answer{Status: 202, Value: struct{ Status int }{202}}, nil
}
