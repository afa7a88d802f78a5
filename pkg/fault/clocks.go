package fault

import (
	"sync"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/link"
)

// Clocks holds the clocks of the instances, each of which may be wrong. An instance asks for its clock once
// and takes all its wall-clock times from it.
type Clocks struct {
	base clockwork.Clock

	mu    sync.Mutex
	skews map[*skew]struct{}
	reads map[string]int // how often an instance's clock was read while it was wrong
}

// skew is how wrong the clocks of some instances are.
type skew struct {
	instance string // glob
	offset   time.Duration
	drift    float64 // seconds gained per second
	since    time.Time
}

// NewClocks returns clocks that all show the time of base.
func NewClocks(base clockwork.Clock) *Clocks {
	return &Clocks{base: base, skews: make(map[*skew]struct{}), reads: make(map[string]int)}
}

// Of returns the clock of an instance. Its Now, Since and Until are skewed. Its timers and sleeps are right:
// a computer whose clock is wrong still sleeps for the right time.
func (c *Clocks) Of(instance string) clockwork.Clock { return skewed{c.base, c, instance} }

// Now returns the right time.
func (c *Clocks) Now() time.Time { return c.base.Now() }

// Offset returns how wrong an instance's clock is now; a positive offset is fast.
func (c *Clocks) Offset(instance string) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	off, _ := c.off(instance, c.base.Now())
	return off
}

// Read returns how often the clocks of the instances that match a glob were read while they were wrong.
func (c *Clocks) Read(instance string) (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for name, reads := range c.reads {
		if link.MatchName(instance, name) {
			n += reads
		}
	}
	return n
}

func (c *Clocks) now(instance string) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.base.Now()
	off, skewed := c.off(instance, now)
	if skewed {
		c.reads[instance]++
	}
	return now.Add(off)
}

// off adds up the skews of an instance. The lock is held.
func (c *Clocks) off(instance string, now time.Time) (off time.Duration, skewed bool) {
	for s := range c.skews {
		if link.MatchName(s.instance, instance) {
			off += s.offset + time.Duration(s.drift*float64(now.Sub(s.since)))
			skewed = true
		}
	}
	return off, skewed
}

// Skew changes the clocks of the instances that match a glob: by offset at once, and by drift more seconds
// for every second that passes. The returned function reverts it.
func (c *Clocks) Skew(instance string, offset time.Duration, drift float64) (remove func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := &skew{instance: instance, offset: offset, drift: drift, since: c.base.Now()}
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

func (s skewed) Now() time.Time                  { return s.clocks.now(s.instance) }
func (s skewed) Since(t time.Time) time.Duration { return s.Now().Sub(t) }
func (s skewed) Until(t time.Time) time.Duration { return t.Sub(s.Now()) }
