package gateway

import (
	"sync"
	"time"
)

// circuit is a circuit breaker (M. Nygard, "Release It!", 2007): it watches how the last calls to a service ended.
// Where too many failed it opens, and no call is made for a while: the caller fails at once, and the service gets the
// time to recover. Then one call is let through to see; where that succeeds it closes. A nil circuit is always closed.
type circuit struct {
	size  int           // how many of the last calls count
	least int           // how many it takes to judge
	share float64       // of failures, at which it opens
	wait  time.Duration // from opening to the next look
	now   func() time.Time

	mu     sync.Mutex
	state  int       // closed, open or halfOpen
	era    int       // counts the states it has been in, so that a call that began in an earlier one is known
	last   []bool    // whether each of the last calls failed
	opened time.Time // last
}

const (
	closed = iota
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
	case c.state == halfOpen, c.state == open && c.now().Sub(c.opened) < c.wait: // half open, one is looking already
		return nil, false
	case c.state == open:
		c.enter(halfOpen)
	}
	era := c.era
	return func(failed bool) { c.report(era, failed) }, true
}

// report takes the end of a call that began in that era: of an earlier one, it says nothing of the service now.
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
		c.last = append(c.last, failed)
		c.last = c.last[max(0, len(c.last)-c.size):]
		if len(c.last) >= c.least && c.failing() >= c.share {
			c.enter(open)
		}
	}
}

func (c *circuit) enter(state int) {
	c.state, c.last = state, nil
	c.era++
	if state == open {
		c.opened = c.now()
	}
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
