// Package clocktest is a fake clock that tells a test when the code under test waits.
//
// clockwork's own count of waiters covers every service on the clock, including their tickers. A test only
// needs the timers that it caused.
package clocktest

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
)

// Clock stands still until a test advances it.
type Clock struct {
	*clockwork.FakeClock
	timers atomic.Int64
}

// New returns a clock that shows the time now.
func New(now time.Time) *Clock { return &Clock{FakeClock: clockwork.NewFakeClockAt(now)} }

// NewTimer counts the timer.
func (c *Clock) NewTimer(d time.Duration) clockwork.Timer {
	timer := c.FakeClock.NewTimer(d)
	c.timers.Add(1)
	return timer
}

// AwaitTimers returns when n timers have been started since the clock was made, whether they
// have fired or not. It fails the test after ten seconds.
func (c *Clock) AwaitTimers(t testing.TB, n int64) {
	t.Helper()
	deadline := time.Now().Add(10 * time.Second)
	for c.timers.Load() < n {
		if time.Now().After(deadline) {
			t.Fatalf("%d timers were started, not %d", c.timers.Load(), n)
		}
		time.Sleep(100 * time.Microsecond)
	}
}
