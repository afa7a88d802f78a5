package ratelimit

import (
	"fmt"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

func TestBusiest(t *testing.T) {
	w := window.Microseconds()
	for _, c := range []struct {
		instants []int64
		want     int
	}{
		{nil, 0},
		{[]int64{5}, 1},
		{[]int64{0, w - 1}, 2},
		{[]int64{0, w}, 1}, // a window does not hold both its ends
		{[]int64{0, 1, 2, w, w + 1, 3 * w}, 3},
		{[]int64{0, w - 2, w - 1, w, w + 1}, 4},
	} {
		if got := busiest(c.instants); got != c.want {
			t.Errorf("busiest(%v) = %d, want %d", c.instants, got, c.want)
		}
	}
}

func TestAdmissionsAreJudged(t *testing.T) {
	passed := func(limiter string, n int) history.History {
		h := history.History{{Kind: history.Effect, Name: limited, Key: limiter}}
		for i := range n {
			h = append(h, history.Event{Kind: history.Effect, Name: admitted, Key: bursting, N: int64(i)})
		}
		return h
	}
	for _, c := range []struct {
		check invariant.Invariant
		h     history.History
		want  invariant.Status
	}{
		{atMost(limitKept, 1), passed("token-bucket", limit), holds},
		{atMost(limitKept, 1), passed("token-bucket", limit+1), violated},
		{atMost(bounded, 2), passed("token-bucket", 2*limit), holds},
		{atMost(limitKept, 1), nil, invariant.Unknown},
		{worst, passed("fixed-window", 2*limit), holds},
		{worst, passed("fixed-window", limit), violated}, // the burst should have reached twice the limit
		{worst, passed("local-only", instances*limit), holds},
		{worst, passed("token-bucket", burst), holds},
		{worst, passed("token-bucket", 2*limit), violated},
		{worst, passed("token-bucket", 0), invariant.Unknown},
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
			history.Event{At: at, Kind: history.Invoke, Op: id},
			history.Event{At: at, Kind: history.Effect, Name: asked, Op: id, Key: "k1"},
			history.Event{At: at + took, Kind: history.Effect, Name: decided, Op: id, N: took.Microseconds()},
			history.Event{At: at + took, Kind: end, Op: id})
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
		{available, requests(0, time.Millisecond), holds},
		{available, requests(2, time.Millisecond), holds},
		{available, requests(3, time.Millisecond), violated},
		{available, nil, invariant.Unknown},
		{quick, requests(0, 2*time.Millisecond), holds},
		{quick, requests(0, redisDelay), violated},
		{quick, nil, invariant.Unknown},
	} {
		if got := c.check.Of(c.h); got.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", c.check.Name, got.Status, c.want, got.Evidence)
		}
	}
}
