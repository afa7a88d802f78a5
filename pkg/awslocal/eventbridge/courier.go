package eventbridge

import (
	"context"
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

const (
	maxWorkers    = 8
	maxRetryDelay = time.Minute
)

// delivery is one event on its way to one target of one rule.
type delivery struct {
	rule     *rule
	target   *target
	event    *event
	attempts int
	begun    time.Time // of the first attempt
}

// courier carries deliveries. Its workers exist while there is work: an idle service has no
// goroutine, and a slow target delays the others only when it holds all of them.
type courier struct {
	clock  clockwork.Clock
	caller api.Caller
	delay  time.Duration // before the first retry
	onBus  func(bus arn, e *event) error

	ctx    context.Context
	cancel context.CancelFunc
	wg     sync.WaitGroup

	mu      sync.Mutex
	queue   []*delivery
	workers int
	retries map[*delivery]clockwork.Timer
	closed  bool
}

func newCourier(cfg Config, s *Service) *courier {
	c := &courier{
		clock: cfg.Clock, caller: cfg.Caller, delay: cfg.RetryDelay, onBus: s.forward,
		retries: map[*delivery]clockwork.Timer{},
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	return c
}

// send queues deliveries and returns.
func (c *courier) send(deliveries []*delivery) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	for _, d := range deliveries {
		c.queue = append(c.queue, d)
		if c.workers < maxWorkers {
			c.workers++
			c.wg.Go(c.work)
		}
	}
}

// start runs a task of the service's that ends with the courier; it does nothing after close.
func (c *courier) start(task func(context.Context)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.wg.Go(func() { task(c.ctx) })
	}
}

func (c *courier) work() {
	for {
		c.mu.Lock()
		if len(c.queue) == 0 || c.closed {
			c.workers--
			c.mu.Unlock()
			return
		}
		d := c.queue[0]
		c.queue[0] = nil
		c.queue = c.queue[1:]
		c.mu.Unlock()
		c.attempt(d)
	}
}

// attempt tries a delivery once and decides what follows: nothing, a retry or the
// dead-letter queue.
func (c *courier) attempt(d *delivery) {
	now := c.clock.Now()
	if d.attempts == 0 {
		d.begun = now
	}
	d.attempts++
	err := c.deliver(d)
	if err == nil || c.ctx.Err() != nil {
		return
	}
	failure := classify(err)
	age := c.clock.Since(d.begun)
	switch {
	case !failure.retriable:
		c.bury(d, failure, "")
	case d.attempts > d.target.retries():
		c.bury(d, failure, "MaximumRetryAttempts")
	case age >= d.target.eventAge():
		c.bury(d, failure, "MaximumEventAgeInSeconds")
	default:
		c.retry(d, min(c.backoff(d.attempts), d.target.eventAge()-age))
	}
}

// backoff doubles with every attempt. It has no jitter, so that a run can be repeated.
func (c *courier) backoff(attempts int) time.Duration {
	delay := c.delay
	for range attempts - 1 {
		if delay *= 2; delay >= maxRetryDelay {
			return maxRetryDelay
		}
	}
	return delay
}

func (c *courier) retry(d *delivery, after time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.retries[d] = c.clock.AfterFunc(after, func() {
		c.mu.Lock()
		delete(c.retries, d)
		c.mu.Unlock()
		c.send([]*delivery{d})
	})
}

func (c *courier) close() {
	c.mu.Lock()
	c.closed = true
	for _, t := range c.retries {
		t.Stop()
	}
	clear(c.retries)
	c.queue = nil
	c.mu.Unlock()
	c.cancel()
	c.wg.Wait()
}
