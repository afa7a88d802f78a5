package gateway

import (
	"sync"
	"time"
)

// circuit is a circuit breaker (M. Nygard, "Release It!", 2007): it watches how the last calls to a
// service ended. Where too many failed it opens, and no call is made for a while: the caller fails
// at once, and the service gets the time to recover. Then one call is let through to see; where that
// succeeds it closes. A nil circuit is always closed.
type circuit struct {
	size  int           // how many of the last calls count
	least int           // how many it takes to judge
	share float64       // of failures, at which it opens
	wait  time.Duration // from opening to the next look
	now   func() time.Time

	mu     sync.Mutex
	state  circuitState
	era    int       // counts the states it has been in, so that a call that began in an earlier one is known
	last   []bool    // whether each of the last calls failed, in no order once it is full
	next   int       // which of them is overwritten next
	opened time.Time // last
}

type circuitState int

const (
	closed circuitState = iota
	open
	halfOpen
)

// allow says whether a call may be made. If so, the caller reports how it ended.
func (c *circuit) allow() (report func(failed bool), ok bool) {
	if c == nil {
		return func(bool) {}, true
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.state == halfOpen: // one is looking already
		return nil, false
	case c.state == open && c.now().Sub(c.opened) < c.wait:
		return nil, false
	case c.state == open:
		c.enter(halfOpen)
	}
	era := c.era
	return func(failed bool) { c.report(era, failed) }, true
}

// report takes the end of a call that began in that era. What began before the circuit opened says
// nothing of the service as it is now.
func (c *circuit) report(era int, failed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case era != c.era:
	case c.state == halfOpen && failed:
		c.enter(open)
	case c.state == halfOpen:
		c.enter(closed)
	default:
		c.remember(failed)
		if len(c.last) >= c.least && c.failing() >= c.share {
			c.enter(open)
		}
	}
}

func (c *circuit) enter(s circuitState) {
	c.state, c.last, c.next = s, c.last[:0], 0
	c.era++
	if s == open {
		c.opened = c.now()
	}
}

func (c *circuit) remember(failed bool) {
	if len(c.last) < c.size {
		c.last = append(c.last, failed)
		return
	}
	c.last[c.next] = failed
	c.next = (c.next + 1) % c.size
}

// failing returns which share of the last calls failed.
func (c *circuit) failing() float64 {
	n := 0
	for _, failed := range c.last {
		if failed {
			n++
		}
	}
	return float64(n) / float64(len(c.last))
}
