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
	reads map[string]int // of an instance's clock, while it was off
}

// skew is by how much the clocks of some instances are off.
type skew struct {
	instance string // glob
	offset   time.Duration
	drift    float64 // seconds gained in a second
	since    time.Time
}

// NewClocks returns clocks that all show what base shows.
func NewClocks(base clockwork.Clock) *Clocks {
	return &Clocks{base: base, skews: make(map[*skew]struct{}), reads: make(map[string]int)}
}

// Of returns the clock of an instance. Timers and sleeps of it are those of the true clock, as
// a computer whose clock is set wrong still sleeps for the time that it was asked to; Now, Since
// and Until are off.
func (c *Clocks) Of(instance string) clockwork.Clock { return skewed{c.base, c, instance} }

// Offset returns by how much the clock of an instance is off now; more than 0 is fast.
func (c *Clocks) Offset(instance string) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	off, _ := c.off(instance, c.base.Now())
	return off
}

// Read returns how often the clocks of the instances that a glob means have been read while they
// were off.
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

// off sums up the skews of an instance. The lock is held.
func (c *Clocks) off(instance string, now time.Time) (off time.Duration, skewed bool) {
	for s := range c.skews {
		if link.MatchName(s.instance, instance) {
			off += s.offset + time.Duration(s.drift*float64(now.Sub(s.since)))
			skewed = true
		}
	}
	return off, skewed
}

// Skew sets the clocks of the instances that a glob means wrong: by offset at once, and by drift seconds
// more for every second that passes. The returned function takes that back.
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
