package lambda

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// maxInit is how long the start of an environment may take before its first request counts on it.
const maxInit = 10 * time.Second

// environment runs one request of a version at a time.
type environment struct {
	id          string
	version     *version
	generation  int
	runner      runner
	provisioned *provisioned // that it belongs to; nil if it was made for a request
	started     bool
	expiry      *timer // while it is idle
}

// runner runs a function's code in one environment. Its methods are not called at the same time.
type runner interface {
	// start returns when the code can take a request. It fails if it can't, or at the end of ctx.
	start(ctx context.Context) *failure
	// invoke carries out a request. At the end of ctx the environment is not used again.
	invoke(ctx context.Context, i *invocation) outcome
	stop()
}

// invocation is one request on its way to the code.
type invocation struct {
	requestID     string
	arn           string // as the caller named the function
	clientContext string
	payload       []byte
	deadline      time.Time
}

// outcome is what became of a request.
type outcome struct {
	payload []byte
	failed  *failure
	logs    []byte // what the code printed meanwhile, or the end of it
	broken  bool   // the environment can't take another request
}

// failure is an error of a function or its runtime.
type failure struct {
	Message string `json:"errorMessage"`
	Type    string `json:"errorType"`
	raw     []byte // the payload as the runtime sent it; nil if it is made from the members
}

func (f *failure) Error() string { return f.Type + ": " + f.Message }

// acquire takes an idle environment for a request that is admitted, or makes one. The lock is held.
func (s *Service) acquire(v *version) *environment {
	if e := v.takeProvisioned(); e != nil {
		return e
	}
	if n := len(v.idle); n > 0 {
		e := v.idle[n-1]
		v.idle = v.idle[:n-1]
		s.stop(e.expiry)
		return e
	}
	return s.newEnvironment(v)
}

// newEnvironment makes an environment that has not been started. The lock is held.
func (s *Service) newEnvironment(v *version) *environment {
	e := &environment{id: id.UUID(), version: v, generation: v.generation}
	e.runner = v.code.runner(s, e)
	return e
}

// release returns an environment after a request, and reports whether it has to be stopped. The lock is held.
func (s *Service) release(e *environment, broken bool) (stop bool) {
	v := e.version
	v.function.running--
	if v.function.reserved == nil && e.provisioned == nil {
		v.function.account.running = max(0, v.function.account.running-1)
	}
	current := !broken && !s.closed && e.generation == v.generation
	switch {
	case e.provisioned != nil:
		return s.releaseProvisioned(e, current)
	case !current:
		return true
	}
	v.idle = append(v.idle, e)
	e.expiry = s.after(s.cfg.IdleTime, "expire", func() { s.expire(e) })
	return false
}

// expire ends an environment that has been idle for long.
func (s *Service) expire(e *environment) {
	s.mu.Lock()
	found := false
	for n, other := range e.version.idle {
		if other == e {
			e.version.idle = append(e.version.idle[:n:n], e.version.idle[n+1:]...)
			found = true
			break
		}
	}
	s.mu.Unlock()
	if found {
		e.runner.stop()
	}
}

func stopAll(all []*environment) {
	for _, e := range all {
		e.runner.stop()
	}
}

// call is a request that is admitted, and runs.
type call struct {
	invocation
	version     *version
	environment *environment
}

// begin admits a request and gives it an environment. The lock is held.
func (s *Service) begin(v *version, arn string) (*call, *api.Error) {
	if refused := s.admit(v); refused != nil {
		return nil, refused
	}
	c := &call{version: v, environment: s.acquire(v), invocation: invocation{arn: arn}}
	if v.function.reserved == nil && c.environment.provisioned == nil {
		v.function.account.running++
	}
	return c, nil
}

// run carries out a request that was begun.
func (s *Service) run(c *call) result {
	e, v := c.environment, c.version
	s.mu.Lock()
	settings := v.configuration
	s.mu.Unlock()
	r := Report{
		Function: settings.FunctionName, Version: settings.Version, Environment: e.id, RequestID: c.requestID,
		Memory: settings.MemorySize, Cold: !e.started, At: s.clock.Now(),
	}
	limit := time.Duration(settings.Timeout) * time.Second
	var failed *failure
	if !e.started {
		failed = s.startRunner(e, maxInit)
		r.Init = s.clock.Since(r.At)
	}
	begun := s.clock.Now()
	var out outcome
	if failed != nil && failed.Type == timedOut { // the request starts the code once more, in its own time
		e.runner.stop()
		e.runner = v.code.runner(s, e)
		failed = s.startRunner(e, limit)
	}
	if failed == nil {
		left := limit - s.clock.Since(begun)
		c.deadline = s.clock.Now().Add(left)
		ctx, cancel := s.timeout(left)
		out = e.runner.invoke(ctx, &c.invocation)
		if ctx.Err() != nil && out.failed == nil && errors.Is(context.Cause(ctx), errDeadline) {
			out.failed = &failure{Type: timedOut}
		}
		cancel()
	} else {
		out = outcome{failed: failed, broken: true}
	}
	if f := out.failed; f != nil && f.Type == timedOut && f.raw == nil {
		out.broken = true
		f.Message = "RequestId: " + c.requestID + " Error: Task timed out after " + seconds(limit) + " seconds"
	}
	if out.failed == nil && len(out.payload) > maxPayload {
		out.failed = &failure{Type: "Function.ResponseSizeTooLarge", Message: fmt.Sprintf(
			"Response payload size exceeded maximum allowed payload size (%d bytes).", maxPayload)}
	}
	r.Duration = s.clock.Since(begun)
	r.finish(out)
	s.mu.Lock()
	stop := s.release(e, out.broken)
	s.mu.Unlock()
	if stop {
		e.runner.stop()
	}
	if s.cfg.Reported != nil {
		s.cfg.Reported(r)
	}
	return result{out, r}
}

// startRunner starts an environment's code within a limit.
func (s *Service) startRunner(e *environment, limit time.Duration) *failure {
	ctx, cancel := s.timeout(limit)
	defer cancel()
	failed := e.runner.start(ctx)
	if failed == nil {
		e.started = true
		return nil
	}
	if ctx.Err() != nil {
		return &failure{Type: timedOut}
	}
	return failed
}
