package fault

import (
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/link"
)

// Clocks is the clocks of the instances: each may be off from the true one. An instance asks for
// its own once and takes all its wall-clock times from it.
type Clocks struct {
	base clockwork.Clock

	mu    sync.Mutex
	skews map[*skew]struct{}
}

// skew is a clock fault at work.
type skew struct {
	instance string // glob
	offset   time.Duration
	drift    float64 // seconds gained in a second
	since    time.Time
}

// NewClocks returns clocks that all show what base shows.
func NewClocks(base clockwork.Clock) *Clocks {
	return &Clocks{base: base, skews: make(map[*skew]struct{})}
}

// Of returns the clock of an instance. Timers and sleeps of it are those of the true clock, as
// a computer whose clock is set wrong still sleeps for the time that it was asked to; Now, Since
// and Until are off.
func (c *Clocks) Of(instance string) clockwork.Clock { return skewed{c.base, c, instance} }

// Now returns what the clock of an instance shows.
func (c *Clocks) Now(instance string) time.Time {
	now := c.base.Now()
	return now.Add(c.off(instance, now))
}

func (c *Clocks) off(instance string, now time.Time) (off time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for s := range c.skews {
		if link.MatchName(s.instance, instance) {
			off += s.offset + time.Duration(s.drift*float64(now.Sub(s.since)))
		}
	}
	return off
}

// set adds a skew; the returned function takes it back.
func (c *Clocks) set(s *skew) (remove func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s.since = c.base.Now()
	c.skews[s] = struct{}{}
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		delete(c.skews, s)
	}
}

// skewed is a clock that shows another time.
type skewed struct {
	clockwork.Clock
	clocks   *Clocks
	instance string
}

func (s skewed) Now() time.Time                  { return s.clocks.Now(s.instance) }
func (s skewed) Since(t time.Time) time.Duration { return s.Now().Sub(t) }
func (s skewed) Until(t time.Time) time.Duration { return t.Sub(s.Now()) }
