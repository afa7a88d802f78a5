package lambda

import (
	"fmt"
	"net/http"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// The pace of retries: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
const (
	maxEventAge      = 6 * time.Hour
	maxEventRetries  = 2
	firstThrottle    = time.Second
	maxThrottleDelay = 5 * time.Minute
)

// errorDelays are the waits before the second and the third attempt.
var errorDelays = []time.Duration{time.Minute, 2 * time.Minute}

// event is an asynchronous request on its way to a function.
type event struct {
	function  *function
	qualifier string
	requestID string
	payload   []byte
	born      time.Time
	attempts  int // that reached the function
	throttles int // since the last one that did
	last      *result
	waits     bool // for another attempt
}

// eventOverhead is about what an event needs besides its payload, in bytes.
const eventOverhead = 512

func (e *event) size() int { return len(e.payload) + eventOverhead }

// accept queues an event, or refuses it if too many wait. The lock is held.
func (s *Service) accept(f *function, qualifier, requestID string, payload []byte) (any, error) {
	e := &event{function: f, qualifier: qualifier, requestID: requestID, payload: payload, born: s.clock.Now()}
	if s.waiting+e.size() > s.cfg.EventBytes {
		return nil, &api.Error{
			Code: throttledCode, Status: http.StatusTooManyRequests,
			Message: fmt.Sprintf("Rate Exceeded. The embedded AWS holds %d MB of asynchronous events at most.",
				s.cfg.EventBytes>>20),
			Members: map[string]any{"Reason": "CallerRateLimitExceeded", "Type": "User"},
		}
	}
	s.waiting += e.size()
	s.start("event", func() { s.attempt(e) })
	return invokeOutput{StatusCode: 202}, nil
}

// attempt gives an event to its function, and decides what follows.
func (s *Service) attempt(e *event) {
	e.waits = false
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if !e.waits {
			s.waiting -= e.size()
		}
	}()
	s.attemptOnce(e)
}

func (s *Service) attemptOnce(e *event) {
	s.mu.Lock()
	v := e.function.resolve(e.qualifier, 0)
	if v == nil || e.function.account.functions[e.function.name] != e.function {
		s.mu.Unlock()
		return // it was deleted, and its events with it
	}
	config := e.function.invokeConfig(e.qualifier)
	c, refused := s.begin(v, e.function.account.arn(e.function.name, e.qualifier))
	age := s.clock.Since(e.born)
	switch {
	case age >= config.age():
		if c != nil {
			s.abandon(c)
		}
		s.mu.Unlock()
		s.giveUp(e, v, config, "EventAgeExceeded")
		return
	case refused != nil:
		defer s.mu.Unlock()
		s.reportThrottle(v, refused)
		if e.function.reserved != nil && *e.function.reserved == 0 {
			s.start("event", func() { s.giveUp(e, v, config, "ZeroReservedConcurrency") })
			return
		}
		delay := maxThrottleDelay
		if e.throttles < 9 {
			delay = min(delay, firstThrottle<<e.throttles)
		}
		e.throttles++
		s.again(e, min(delay, config.age()-age))
		return
	}
	s.mu.Unlock()
	e.throttles = 0
	e.attempts++
	c.requestID, c.payload = e.requestID, e.payload
	done := s.run(c)
	e.last = &done
	if s.ctx.Err() != nil {
		return
	}
	switch {
	case done.failed == nil:
		s.deliver(e, v, config.onSuccess(), "Success")
	case e.attempts > config.retries():
		s.giveUp(e, v, config, "RetriesExhausted")
	default:
		s.mu.Lock()
		defer s.mu.Unlock()
		s.again(e, min(errorDelays[e.attempts-1], max(0, config.age()-s.clock.Since(e.born))))
	}
}

// again tries an event later. The lock is held.
func (s *Service) again(e *event, delay time.Duration) {
	e.waits = true
	s.after(delay, "event", func() { s.attempt(e) })
}

// abandon ends a request that was begun and not run. The lock is held.
func (s *Service) abandon(c *call) {
	if s.release(c.environment, false) {
		s.start("retire", c.environment.runner.stop)
	}
}

// giveUp sends an event to the dead-letter queue and to the destination for failures.
func (s *Service) giveUp(e *event, v *version, config *invokeConfig, condition string) {
	s.mu.Lock()
	dead := v.DeadLetterConfig
	s.mu.Unlock()
	if dead != nil {
		s.toDLQ(dead.TargetArn, e)
	}
	s.deliver(e, v, config.onFailure(), condition)
}
