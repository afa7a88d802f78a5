package lambda

import (
	"context"
	"errors"
	"time"
)

// timedOut is the error type of a request that took too long.
const timedOut = "Sandbox.Timedout"

var errDeadline = errors.New("the time of the request is over")

// limited is a context with a deadline on the service's own clock.
type limited struct {
	context.Context
	until time.Time
}

func (l limited) Deadline() (time.Time, bool) { return l.until, true }

func (l limited) Err() error {
	if err := l.Context.Err(); err == nil || !errors.Is(context.Cause(l.Context), errDeadline) {
		return err
	}
	return context.DeadlineExceeded
}

// timeout returns a context that ends after d, or with the service.
func (s *Service) timeout(d time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(s.ctx)
	t := s.clock.AfterFunc(d, func() { cancel(errDeadline) })
	return limited{ctx, s.clock.Now().Add(d)}, func() {
		t.Stop()
		cancel(nil)
	}
}
