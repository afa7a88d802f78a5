package awslocal

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awscall"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// answerer is a response that knows whether it has begun.
type answerer struct {
	http.ResponseWriter
	begun bool
}

func (a *answerer) WriteHeader(status int) {
	a.begun = true
	a.ResponseWriter.WriteHeader(status)
}

func (a *answerer) Write(b []byte) (int, error) {
	a.begun = true
	return a.ResponseWriter.Write(b)
}

// Unwrap lets [http.ResponseController] reach the connection.
func (a *answerer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// panicked logs a panic in one line (its stack only with debug) and returns the error for its caller.
func (s *Server) panicked(service, operation string, p any) *api.Error {
	s.cfg.Log.Error("internal error", zap.String("service", service), zap.String("operation", operation),
		zap.String("panic", fmt.Sprint(p)))
	s.cfg.Log.Debug("its stack", zap.ByteString("stack", debug.Stack()))
	return &api.Error{
		Code: "InternalFailure", Status: http.StatusInternalServerError,
		Message: fmt.Sprintf("The embedded AWS failed: %v", p),
	}
}

// guard makes the guard of a service's work outside of a request.
func (s *Server) guard(service string) api.Guard {
	return func(name string, work func()) {
		defer func() {
			if p := recover(); p != nil {
				_ = s.panicked(service, name, p) // it is logged, and nobody waits for an answer
			}
		}()
		work()
	}
}

// answerPanic answers a request whose handler panicked. If the answer has begun, it can only be broken off.
func (s *Server) answerPanic(w *answerer, r *http.Request, x *exchange, p any) {
	if p == http.ErrAbortHandler { //nolint:errorlint // as net/http compares it
		panic(p)
	}
	if x == nil {
		x = &exchange{Call: &awscall.Call{Protocol: awscall.REST}, id: id.UUID()}
	}
	operation := x.Operation
	if operation == "" {
		operation = restOperation(r)
	}
	e := s.panicked(x.API, operation, p)
	if w.begun {
		panic(http.ErrAbortHandler)
	}
	clear(w.Header())
	s.fail(w, r, x, e)
}

// fail answers with an error in the request's protocol.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, x *exchange, e *api.Error) {
	if x.Protocol == awscall.REST {
		s.failREST(w, r, x, e)
		return
	}
	s.write(w, r, x, nil, e)
}
