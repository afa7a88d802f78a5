package eventbridge

import (
	"context"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/backoff"
)

const maxWorkers = 8

// delivery is one event on its way to one target of one rule.
type delivery struct {
	rule     *rule
	target   *target
	event    *event
	number   uint64 // counts the sender's deliveries
	attempts int
	begun    time.Time // of the first attempt
}

// sender makes deliveries. Its workers exist while there is work: an idle service has no goroutine, and a
// slow target delays the others only if it occupies all workers.
type sender struct {
	clock  clockwork.Clock
	caller api.Caller
	guard  api.Guard
	delay  time.Duration // before the first retry
	onBus  func(bus arn, e *event) error

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	queue   []*delivery
	sent    uint64 // deliveries so far
	workers int
	retries map[*delivery]clockwork.Timer
	closed  bool
}

func newSender(cfg Config, s *Service) *sender {
	c := &sender{
		clock: cfg.Clock, caller: cfg.Caller, guard: cfg.Guard, delay: cfg.RetryDelay, onBus: s.forward,
		retries: map[*delivery]clockwork.Timer{},
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// send queues deliveries and returns.
func (s *sender) send(deliveries []*delivery) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	for _, d := range deliveries {
		if d.number == 0 {
			s.sent++
			d.number = s.sent
		}
		s.queue = append(s.queue, d)
		if s.workers < maxWorkers {
			s.workers++
			s.wg.Go(s.work)
		}
	}
}

// start runs a background task that ends with the sender. It does nothing after close.
func (s *sender) start(name string, task func(context.Context)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.wg.Go(func() { s.guard.Run(name, func() { task(s.ctx) }) })
	}
}

func (s *sender) work() {
	for {
		s.mu.Lock()
		if len(s.queue) == 0 || s.closed {
			s.workers--
			s.mu.Unlock()
			return
		}
		d := s.queue[0]
		s.queue[0] = nil
		s.queue = s.queue[1:]
		s.mu.Unlock()
		s.guard.Run("delivery", func() { s.attempt(d) })
	}
}

// attempt tries a delivery once and decides what follows: nothing, a retry or the dead-letter queue.
func (s *sender) attempt(d *delivery) {
	now := s.clock.Now()
	if d.attempts == 0 {
		d.begun = now
	}
	d.attempts++
	err := s.deliver(d)
	if err == nil || s.ctx.Err() != nil {
		return
	}
	failure := classify(err)
	age := s.clock.Since(d.begun)
	switch {
	case !failure.retriable:
		s.sendToDLQ(d, failure, "")
	case d.attempts > d.target.retries():
		s.sendToDLQ(d, failure, "MaximumRetryAttempts")
	case age >= d.target.eventAge():
		s.sendToDLQ(d, failure, "MaximumEventAgeInSeconds")
	default:
		s.retry(d, min(backoff.Delay(s.delay, d.attempts, d.number), d.target.eventAge()-age))
	}
}

func (s *sender) retry(d *delivery, after time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.retries[d] = s.clock.AfterFunc(after, func() {
		s.mu.Lock()
		delete(s.retries, d)
		s.mu.Unlock()
		s.send([]*delivery{d})
	})
}

func (s *sender) close() {
	s.mu.Lock()
	s.closed = true
	for _, t := range s.retries {
		t.Stop()
	}
	clear(s.retries)
	s.queue = nil
	s.mu.Unlock()
	s.cancel()
	s.wg.Wait()
}
