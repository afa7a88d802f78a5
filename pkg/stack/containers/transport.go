package containers

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// How long an engine is waited for. Tests wait less.
var (
	// connectWithin bounds the question whether there is an engine.
	connectWithin = 2 * time.Second
	// answerWithin bounds every call, to the last byte of its answer.
	answerWithin = 30 * time.Second
	// messageWithin bounds the time between two messages of a pull. A whole pull has no bound.
	messageWithin = time.Minute
	// cleanWithin bounds removal. It has its own context, since the caller's has often ended by then.
	cleanWithin = 20 * time.Second
)

// transport sends calls to an engine and bounds each one. If the engine fails it returns a *callError,
// however deep the client wraps it.
type transport struct {
	*http.Transport
	host string
}

// RoundTrip bounds a call by its own deadline, in addition to the caller's.
func (c *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	within, pull := answerWithin, strings.HasSuffix(req.URL.Path, "/images/create")
	if pull {
		within = messageWithin
	}
	ctx, cancel := context.WithCancelCause(req.Context())
	silent := &callError{host: c.host, call: callOf(req), within: within}
	a := &answer{
		began: time.Now(), ctx: ctx, cancel: cancel, call: silent, pull: pull,
		timer: time.AfterFunc(within, func() { cancel(silent) }),
	}
	resp, err := c.Transport.RoundTrip(req.WithContext(ctx))
	if err != nil {
		err = a.explain(err)
		a.end()
		return nil, err
	}
	a.body, resp.Body = resp.Body, a
	return resp, nil
}

// answer is the body of an answer. The call's deadline also ends the reading of it.
type answer struct {
	body   io.ReadCloser
	began  time.Time
	ctx    context.Context
	cancel context.CancelCauseFunc
	timer  *time.Timer
	call   *callError
	pull   bool
}

func (a *answer) Read(p []byte) (int, error) {
	n, err := a.body.Read(p)
	if a.pull && bytes.IndexByte(p[:n], '\n') >= 0 {
		a.timer.Reset(a.call.within)
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = a.explain(err)
	}
	return n, err
}

func (a *answer) Close() error {
	defer a.end()
	return a.body.Close()
}

func (a *answer) end() {
	a.timer.Stop()
	a.cancel(nil)
}

// explain says why a call failed. A caller that gave up knows it already.
func (a *answer) explain(err error) error {
	cause := context.Cause(a.ctx)
	var silent *callError
	switch {
	case errors.As(cause, &silent):
		return silent
	case errors.Is(cause, context.DeadlineExceeded):
		return &callError{host: a.call.host, call: a.call.call, within: time.Since(a.began)}
	case cause != nil:
		return cause
	}
	return &callError{host: a.call.host, call: a.call.call, err: err}
}

// callError is a call that an engine did not answer. It does not unwrap: the client replaces a connection
// error that it recognizes by one of its own.
type callError struct {
	host   string
	call   string        // "list containers"
	within time.Duration // how long was waited; 0 if err is the reason
	err    error
}

func (e *callError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("the engine at %s did not answer within %s (asked to %s)", e.host, seconds(e.within), e.call)
	}
	return fmt.Sprintf("the engine at %s did not answer (asked to %s): %s", e.host, e.call, inWords(e.err))
}

// inWords returns the innermost reason of a connection error.
func inWords(err error) string {
	var errno syscall.Errno
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody listens there"
	case errors.As(err, &errno):
		return errno.Error()
	}
	return err.Error()
}

// seconds is "30 s", "0.2 s".
func seconds(d time.Duration) string { return fmt.Sprintf("%.3g s", d.Seconds()) }

var versionPrefix = regexp.MustCompile(`^/v[0-9.]+`)

// callOf describes a call in words: "list containers", "start a container".
func callOf(req *http.Request) string {
	steps := strings.Split(strings.Trim(versionPrefix.ReplaceAllString(req.URL.Path, ""), "/"), "/")
	many, last := steps[0], steps[len(steps)-1]
	one := strings.TrimSuffix(many, "s")
	switch {
	case many == "_ping" || many == "version":
		return "tell its version"
	case many == "images" && last == "create":
		return "pull an image"
	case req.Method == http.MethodGet && (len(steps) == 1 || len(steps) == 2 && last == "json"):
		return "list " + many
	case req.Method == http.MethodGet:
		return "inspect one of the " + many
	case req.Method == http.MethodDelete:
		return "remove a " + one
	}
	return last + " a " + one
}
