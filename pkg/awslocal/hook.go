package awslocal

import (
	"context"
	"errors"
	"fmt"
)

// Call is what a Hook sees of a call.
type Call struct {
	Service   string // endpoint prefix: "sqs", "dynamodb"
	Operation string // as the API reference spells it: "SendMessage"
	Region    string
	Account   string
	Internal  bool // one service calling another: SNS delivering to SQS

	// Decode fills v, a pointer to a struct with json tags, with the call's input. Calls of
	// REST services have none: it returns an error.
	Decode func(v any) error
}

// Hook stands around every call. It runs the call with next, or not; it may wait before or
// after (ctx ends when the client leaves or the server stops); what it returns is the answer:
// an *api.Error reaches the client in its protocol's form, [ErrDrop] resets the connection.
// A Hook that calls next and then returns ErrDrop makes a lost response: the call took effect
// and the client cannot know. Hooks are called concurrently.
type Hook func(ctx context.Context, call *Call, next func() (any, error)) (any, error)

// ErrDrop, returned by a Hook, resets the client's connection instead of answering. A service
// called inside the process sees it as its error.
var ErrDrop = errors.New("drop the response")

// On narrows a hook to one service and operation; "" stands for any. Other calls pass.
func On(service, operation string, hook Hook) Hook {
	return func(ctx context.Context, call *Call, next func() (any, error)) (any, error) {
		if service != "" && service != call.Service || operation != "" && operation != call.Operation {
			return next()
		}
		return hook(ctx, call, next)
	}
}

// SetHook replaces the hook of calls that start from now on; nil removes it.
func (s *Server) SetHook(hook Hook) {
	if hook == nil {
		s.hook.Store(nil)
		return
	}
	s.hook.Store(&hook)
}

// around runs next under the hook, if there is one.
func (s *Server) around(ctx context.Context, call *Call, next func() (any, error)) (any, error) {
	if hook := s.hook.Load(); hook != nil {
		return (*hook)(ctx, call, next)
	}
	return next()
}

// noInput is the Decode of a REST call.
func noInput(any) error { return fmt.Errorf("decode input: a REST call has no decoded input") }
