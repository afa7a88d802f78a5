package ratelimit

import (
	"fmt"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

func TestBusiest(t *testing.T) {
	const w = window
	for _, c := range []struct {
		instants     []time.Duration
		any, ofClock int
	}{
		{nil, 0, 0},
		{[]time.Duration{5}, 1, 1},
		{[]time.Duration{0, w - 1}, 2, 2},
		{[]time.Duration{0, w}, 1, 1}, // a window does not hold both its ends
		{[]time.Duration{0, 1, 2, w, w + 1, 3 * w}, 3, 3},
		{[]time.Duration{0, w - 2, w - 1, w, w + 1}, 4, 3},
		{[]time.Duration{w - 1, w}, 2, 1}, // an edge lies between the two
	} {
		if any, ofClock := busiest(c.instants), busiestOfClock(c.instants); any != c.any || ofClock != c.ofClock {
			t.Errorf("the busiest window of %v has %d, that of the clock %d, want %d and %d",
				c.instants, any, ofClock, c.any, c.ofClock)
		}
	}
}

// The windows that are counted in are those that a fixed-window limiter and a burst go by.
func TestWindowsOfTheClock(t *testing.T) {
	began := windowOf(time.Unix(1_800_000_000, 1234))
	if rest := time.Duration(began.UnixNano()) % window; rest != 0 {
		t.Errorf("a window begins %v after one counted since 1970", rest)
	}
}

func TestAdmissionsAreJudged(t *testing.T) {
	// From so many nanoseconds after an edge of the clock's windows.
	passed := func(limiter string, offset, n int) history.History {
		h := history.History{{Kind: history.Effect, Name: decided, Key: limiter}}
		for i := range n {
			at := int64(window) + int64(offset+i)
			h = append(h, history.Event{Kind: history.Effect, Name: admitted, Key: bursting, N: at})
		}
		return h
	}
	for _, c := range []struct {
		check invariant.Invariant
		h     history.History
		want  invariant.Status
	}{
		{limitKept, passed("token-bucket", 0, limit), invariant.Holds},
		{limitKept, passed("token-bucket", 0, limit+1), invariant.Violated},
		{bounded, passed("token-bucket", 0, 2*limit), invariant.Holds},
		{limitKept, nil, invariant.Unknown},
		{clockWindow, passed("fixed-window", -limit, 2*limit), invariant.Holds},
		{clockWindow, passed("fixed-window", -limit, 2*limit+1), invariant.Violated},
		{worst, passed("fixed-window", 0, 2*limit), invariant.Holds},
		{worst, passed("fixed-window", 0, limit), invariant.Violated}, // the burst should have reached twice the limit
		{worst, passed("local-only", 0, instances*limit), invariant.Holds},
		{worst, passed("token-bucket", 0, burst), invariant.Holds},
		{worst, passed("token-bucket", 0, 2*limit), invariant.Violated},
		{worst, passed("token-bucket", 0, 0), invariant.Unknown},
	} {
		if got := c.check.Of(c.h); got.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", c.check.Name, got.Status, c.want, got.Evidence)
		}
	}
}

// requests is a load of 20 requests of a tenant within its limit, before and during a fault, of which
// the last unserved are refused and those during the fault take so long.
func requests(unserved int, slow time.Duration) history.History {
	h := history.History{{Kind: history.Mark, Name: history.LoadStart}}
	for n := range 20 {
		id, at, took := fmt.Sprintf("r-%d", n), time.Duration(n)*time.Second, time.Millisecond
		if n == 10 {
			h = append(h, history.Event{At: at, Kind: history.Mark, Name: history.FaultInjected})
		}
		if n >= 10 {
			took = slow
		}
		end := history.OK
		if n >= 20-unserved {
			end = history.Failed
		}
		h = append(h,
			history.Event{At: at, Kind: history.Invoke, Op: id, Key: "k1"},
			history.Event{At: at + took, Kind: history.Effect, Name: decided, Op: id, N: int64(took)},
			history.Event{At: at + took, Kind: end, Op: id, Key: "k1"})
	}
	return append(h,
		history.Event{At: 20 * time.Second, Kind: history.Mark, Name: history.FaultReverted},
		history.Event{At: 20 * time.Second, Kind: history.Mark, Name: history.LoadEnd})
}

func TestServiceIsJudged(t *testing.T) {
	for _, c := range []struct {
		check invariant.Invariant
		h     history.History
		want  invariant.Status
	}{
		{available, requests(0, time.Millisecond), invariant.Holds},
		{available, requests(2, time.Millisecond), invariant.Holds},
		{available, requests(3, time.Millisecond), invariant.Violated},
		{available, nil, invariant.Unknown},
		{quick, requests(0, 2*time.Millisecond), invariant.Holds},
		{quick, requests(0, redisDelay), invariant.Violated},
		{quick, nil, invariant.Unknown},
	} {
		if got := c.check.Of(c.h); got.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", c.check.Name, got.Status, c.want, got.Evidence)
		}
	}
}
