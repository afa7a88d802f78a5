package invariant

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// Of four operations under a fault from 10 to 20 s: what is outside the fault is told from what is inside.
func TestWaits(t *testing.T) {
	const s = time.Second
	h := history.History{
		{Kind: history.Mark, Name: history.LoadStart},
		{Kind: history.Mark, Name: history.FaultInjected, At: 10 * s},
		{Kind: history.Mark, Name: history.FaultReverted, At: 20 * s},
		{Kind: history.Mark, Name: history.LoadEnd, At: 40 * s},
	}
	order := func(id string, at time.Duration, done ...time.Duration) {
		h = append(h, history.Event{Kind: history.Invoke, Op: id, Name: "order", At: at})
		for _, d := range done {
			h = append(h, history.Event{Kind: history.Effect, Op: id, Name: "done", At: d})
		}
	}
	order("quick", 1*s, 3*s, 30*s) // the second time does not count
	order("late", 2*s, 23*s)
	order("meanwhile", 9*s, 15*s) // done during the fault
	order("during", 12*s, 22*s)
	order("last", 14*s, 26*s)
	order("never", 15*s)
	v := NewView(h)
	got, fastest := v.Waits(v.Effects("done"))
	want := []Wait{
		{At: 3 * s, Beside: 2 * s},
		{At: 23 * s, Beside: 11 * s, Ahead: 1, Passed: 1}, // quick and during; meanwhile was done during the fault
		{At: 15 * s, Beside: 1 * s},
		{At: 22 * s, Beside: 2 * s},
		{At: 26 * s, Beside: 6 * s, Ahead: 2}, // late and during
	}
	if len(got) != len(want) || fastest != 2*s {
		t.Fatalf("%d waits, want %d; fastest %v, want 2 s", len(got), len(want), fastest)
	}
	for n, w := range got {
		id := w.Op.Invoke.Op
		w.Op = nil
		if w != want[n] {
			t.Errorf("%s: %+v, want %+v", id, w, want[n])
		}
	}
}
