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

// asked is a history in which a tenant asks that often, all at once, of a limiter of that kind.
func asked(algorithm string, n int) (h history.History) {
	for range n {
		h = append(h, history.Event{Kind: history.Effect, Name: decided, Key: bursting, Value: algorithm})
	}
	return h
}

func TestAdmissionsAreJudged(t *testing.T) {
	// Of many, from so many nanoseconds after an edge of the clock's windows.
	passed := func(algorithm string, offset, n int) history.History {
		h := asked(algorithm, 6*limit)
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
		{limitKept, passed("token bucket", 0, limit), invariant.Holds},
		{limitKept, passed("token bucket", 0, limit+1), invariant.Violated},
		{limitKept, asked("token bucket", limit), invariant.Unknown}, // none of it can be too much
		{bounded, passed("token bucket", 0, 2*limit), invariant.Holds},
		{bounded, passed("token bucket", 0, 2*limit+1), invariant.Violated},
		{limitKept, nil, invariant.Unknown},
		{clockWindow, passed("fixed window", -limit, 2*limit), invariant.Holds},
		{clockWindow, passed("fixed window", -limit, 2*limit+1), invariant.Violated},
		{worst, passed("fixed window", 0, 2*limit), invariant.Holds},
		{worst, passed("fixed window", 0, 2*limit-1), invariant.Violated},
		{worst, passed(localOnly.algorithm, 0, instances*limit), invariant.Holds},
		{worst, passed("sliding window", 0, limit), invariant.Holds},
		{worst, passed("sliding window", 0, limit-1), invariant.Violated}, // it refuses what the limit allows
		{worst, passed("token bucket", 0, 2*burst), invariant.Holds},
		{worst, passed("token bucket", 0, 2*burst-1), invariant.Violated},
		{worst, passed("token bucket", 0, 2*burst+1), invariant.Violated},
		{worst, passed("token bucket", 0, 0), invariant.Unknown},
	} {
		if got := c.check.Of(c.h); got.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", c.check.Name, got.Status, c.want, got.Evidence)
		}
	}
}

// loadOf is 400 requests of a tenant, 20 a second, the second half of them under a fault, of which the last unserved
// are
// refused, and the first late of those under the fault wait.
func loadOf(tenant string, unserved, late int, wait time.Duration) history.History {
	h := history.History{{Kind: history.Mark, Name: history.LoadStart}}
	for n := range 400 {
		id, at, took := fmt.Sprintf("r-%d", n), time.Duration(n)*50*time.Millisecond, time.Millisecond
		if n == 200 {
			h = append(h, history.Event{At: at, Kind: history.Mark, Name: history.FaultInjected})
		}
		if n >= 200 && n < 200+late {
			took = wait
		}
		end := history.OK
		if n >= 400-unserved {
			end = history.Failed
		}
		h = append(h,
			history.Event{At: at, Kind: history.Invoke, Op: id, Key: tenant},
			history.Event{At: at + took, Kind: history.Effect, Name: decided, Op: id, Key: tenant, N: int64(took)},
			history.Event{At: at + took, Kind: end, Op: id, Key: tenant})
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
		{available, loadOf("k1", 4, 0, 0), invariant.Holds},
		{available, loadOf("k1", 5, 0, 0), invariant.Violated},
		{available, loadOf(steady, 0, 0, 0), invariant.Unknown},
		{available, loadOf(greedy, 400, 0, 0), invariant.Unknown},
		{nearLimit, loadOf(steady, 4, 0, 0), invariant.Holds},
		{nearLimit, loadOf(steady, 5, 0, 0), invariant.Violated},
		{nearLimit, loadOf("k1", 0, 0, 0), invariant.Unknown},
		// Three instances wait 3 times each, and once in 300 ms of 10 s; of 1 request in 50 ms 3 σ are 3 more.
		{quick, loadOf("k1", 0, 3*3+100+1+3, patience), invariant.Holds},
		{quick, loadOf("k1", 0, 3*3+100+1+3+1, patience), invariant.Violated},
		{quick, loadOf("k1", 0, 1, 2*patience), invariant.Violated},
		{quick, loadOf("k1", 0, 200, patience-1), invariant.Holds},
		{quick, nil, invariant.Unknown},
	} {
		if got := c.check.Of(c.h); got.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", c.check.Name, got.Status, c.want, got.Evidence)
		}
	}
}
