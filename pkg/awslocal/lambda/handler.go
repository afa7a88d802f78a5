package lambda

import (
	"context"
	"fmt"
	"reflect"
)

// Handler is a function in this process. Its context ends with the time of the request. To fail with an error type of
// its own it returns an [Error].
type Handler func(ctx context.Context, payload []byte) ([]byte, error)

// Error is the error of a function, as its caller sees it.
type Error struct {
	Type    string
	Message string
}

func (e *Error) Error() string { return e.Message }

// Invocation is what a handler can know about its request.
type Invocation struct {
	RequestID   string
	Function    string // the ARN that the caller used
	Environment string // environments share no state; one runs one request at a time
}

type invocationKey struct{}

// InvocationOf returns the request of a handler's context.
func InvocationOf(ctx context.Context) Invocation {
	i, _ := ctx.Value(invocationKey{}).(Invocation)
	return i
}

// handlerRunner runs a Handler.
type handlerRunner struct {
	service     *Service
	environment string
	do          Handler
}

func (h *handlerRunner) start(context.Context) *failure { return nil }
func (h *handlerRunner) stop()                          {}

// invoke leaves a handler alone that does not end with its context, as a timeout does.
func (h *handlerRunner) invoke(ctx context.Context, i *invocation) outcome {
	done := make(chan outcome, 1)
	ctx = context.WithValue(ctx, invocationKey{}, Invocation{i.requestID, i.arn, h.environment})
	h.service.work.Go(func() { done <- h.call(ctx, i.payload) })
	select {
	case out := <-done:
		if ctx.Err() == nil {
			return out
		} // it ended because its time was over
	case <-ctx.Done():
	}
	return outcome{failed: &failure{Type: timedOut}, broken: true}
}

func (h *handlerRunner) call(ctx context.Context, payload []byte) (out outcome) {
	defer func() {
		if p := recover(); p != nil {
			out = outcome{failed: &failure{Message: fmt.Sprint(p), Type: typeOf(p)}, broken: true}
		}
	}()
	answer, err := h.do(ctx, payload)
	if err == nil {
		return outcome{payload: answer}
	}
	failed := &failure{Message: err.Error(), Type: typeOf(err)}
	if e, ok := err.(*Error); ok { //nolint:errorlint // a wrapped one has the wrapper's type, as in AWS's own runtime
		failed.Type = e.Type
	}
	return outcome{failed: failed}
}

// typeOf names a value's type as AWS's runtime for Go does.
func typeOf(v any) string {
	t := reflect.TypeOf(v)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}
