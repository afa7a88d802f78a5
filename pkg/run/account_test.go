package run

import (
	"reflect"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// Every number of a case is what its history says.
func TestAccount(t *testing.T) {
	var h history.History
	mark := func(at time.Duration, name string, n int64) {
		h = append(h, history.Event{At: at, Kind: history.Mark, Name: name, N: n})
	}
	ends := func(at time.Duration, ops string, ends ...history.Kind) {
		for n, end := range ends {
			op := ops + string(rune('a'+n))
			h = append(h, history.Event{At: at, Kind: history.Invoke, Op: op, Name: "put", N: int64(1000 * n)}, // n ms late
				history.Event{At: at + 2*time.Millisecond, Kind: end, Op: op})
		}
	}
	const ok, failed, unknown = history.OK, history.Failed, history.Unknown
	mark(0, history.LoadStart, 0)
	ends(time.Second, "before-", ok)
	mark(2*time.Second, history.FaultInjected, 0)
	mark(3*time.Second, history.Backlog, 7)
	ends(3*time.Second, "during-", ok, failed, unknown)
	mark(6*time.Second, history.FaultReverted, 0)
	ends(7*time.Second, "after-", ok, ok)
	mark(8*time.Second, history.Echo, int64(5*time.Millisecond))
	mark(8*time.Second, history.LoadEnd, 0)
	mark(9*time.Second, history.Drained, 0)
	var c Case
	c.account(invariant.NewView(h))
	if want := (Operations{Total: 6, OK: 4, Failed: 1, Unknown: 1}); c.Operations != want {
		t.Errorf("%+v, want %+v", c.Operations, want)
	}
	if want := (Phases{
		Before: Operations{Total: 1, OK: 1}, During: Operations{Total: 3, OK: 1, Failed: 1, Unknown: 1},
		After: Operations{Total: 2, OK: 2},
	}); c.Phases != want {
		t.Errorf("%+v, want %+v", c.Phases, want)
	}
	if want := (Timeline{
		From: 2, To: 6, LoadEnd: 8, End: 9, Backlog: []Sample{{3, 7}},
	}); !reflect.DeepEqual(c.Timeline, want) {
		t.Errorf("%+v, want %+v", c.Timeline, want)
	}
	if l := c.Latency; l.Behind != 2 || l.Echo != 5 || l.P50 < 2 || l.P50 > 3.1 || l.Max < 4 || l.Max > 4.1 {
		t.Errorf("%+v: want 2 to 4 ms, of which the generator was up to 2 ms late, and an echo of 5 ms", l)
	}
}
