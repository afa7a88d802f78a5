package sqs

import (
	"context"
	"slices"
	"time"

	"github.com/jonboulle/clockwork"
)

// Long polls wait in line. An event that may make a message available wakes only the first, so that a send
// does not wake sixty-four pollers for one message. A woken poller looks, sets its timer again, and wakes the
// next when it leaves the line: no wake-up is lost with a poller that gave up.

// wake wakes the longest waiting poller. The service's lock is held.
func (q *queue) wake() {
	if len(q.waiters) > 0 {
		close(q.waiters[0])
		q.waiters = q.waiters[1:]
	}
}

// wait returns when the poller should look again: it was woken, something is due, or until has come. It is
// called with the service's lock held and returns with it held. It returns false if the client no longer
// waits for the answer.
func (s *Service) wait(ctx context.Context, q *queue, until time.Time) bool {
	woken := make(chan struct{})
	q.waiters = append(q.waiters, woken)
	if q.timed.Len() > 0 && q.timed.items[0].due.Before(until) {
		until = q.timed.items[0].due
	}
	timer := s.clock.NewTimer(s.clock.Until(until))
	s.mu.Unlock()

	alive := s.await(ctx, woken, timer)

	s.mu.Lock()
	if at := slices.Index(q.waiters, woken); at >= 0 {
		q.waiters = slices.Delete(q.waiters, at, at+1)
	}
	return alive
}

func (s *Service) await(ctx context.Context, woken <-chan struct{}, timer clockwork.Timer) bool {
	defer timer.Stop()
	select {
	case <-woken:
	case <-timer.Chan():
	case <-ctx.Done():
		return false
	case <-s.stop:
		return false
	}
	return ctx.Err() == nil
}
