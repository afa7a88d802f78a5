package history

import (
	"strings"
	"sync"
	"testing"
	"time"
)

func TestOperations(t *testing.T) {
	h := History{
		{At: 1, Kind: Invoke, Op: "a"},
		{At: 2, Kind: Invoke, Op: "b"},
		{At: 3, Kind: Effect, Op: "a", Name: "done"},
		{At: 4, Kind: OK, Op: "a"},
		{At: 5, Kind: Unknown, Op: "b"},
		{At: 6, Kind: Invoke, Op: "c"},
		{At: 7, Kind: Invoke, Op: "d"},
		{At: 8, Kind: Failed, Op: "d"},
	}
	set, err := Operations(h)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []struct {
		op      string
		outcome Kind
		start   int32
		finish  int32
		latency time.Duration
		ended   bool
	}{
		{"a", OK, 0, 3, 3, true},
		{"b", Unknown, 1, Never, 3, true},
		{"c", Unknown, 5, Never, 0, false},
		{"d", Failed, 6, 7, 1, true},
	} {
		o := set.All[i]
		latency, ended := o.Latency()
		if set.Find(want.op) != i || o.Outcome() != want.outcome || o.Start != want.start || o.Finish != want.finish ||
			latency != want.latency || ended != want.ended {
			t.Errorf("got %+v %s, want %+v", o, o.Outcome(), want)
		}
	}
	if set.Find("z") != -1 {
		t.Error("found what was never invoked")
	}
}

func TestOperationsThatContradict(t *testing.T) {
	a := Event{Kind: Invoke, Op: "a"}
	for want, h := range map[string]History{
		`event 2: operation "a" is invoked twice`:           {a, a},
		`event 1: operation "a" ends but was never invoked`: {{Kind: OK, Op: "a"}},
		`event 3: operation "a" ends twice`:                 {a, {Kind: Unknown, Op: "a"}, {Kind: OK, Op: "a"}},
		`event 2: operation "b" ends but was never invoked`: {a, {Kind: Failed, Op: "b"}},
		`event 4: operation "a" is invoked twice`:           {a, {Kind: OK, Op: "a"}, {Kind: Mark, Name: "x"}, a},
	} {
		if _, err := Operations(h); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestBetween(t *testing.T) {
	mark := func(at time.Duration, name string) Event { return Event{At: at, Kind: Mark, Name: name} }
	on, off, last := mark(10, FaultInjected), mark(20, FaultReverted), Event{At: 99, Kind: Effect, Name: FaultInjected}
	for name, c := range map[string]struct {
		h    History
		want Window
		ok   bool
	}{
		"none":           {History{last}, Window{}, false},
		"empty":          {nil, Window{}, false},
		"once":           {History{on, off, last}, Window{10, 20}, true},
		"never reverted": {History{on, last}, Window{10, 100}, true},
		"flapping":       {History{on, off, mark(30, FaultInjected), mark(40, FaultReverted), last}, Window{10, 40}, true},
		"other order":    {History{mark(1, FaultReverted), on, last}, Window{10, 100}, true},
	} {
		if got, ok := Between(c.h, FaultInjected, FaultReverted); got != c.want || ok != c.ok {
			t.Errorf("%s: got %v %v, want %v %v", name, got, ok, c.want, c.ok)
		}
	}
	if w := (Window{10, 20}); !w.Contains(10) || w.Contains(20) || w.Contains(9) {
		t.Error("a window holds its beginning and not its end")
	}
}

func TestMarkedAndEnd(t *testing.T) {
	h := History{{At: 3, Kind: Mark, Name: Drained}, {At: 7, Kind: Effect, Name: LoadEnd}}
	if !Marked(h, Drained) || Marked(h, LoadEnd) || End(h) != 7 || End(nil) != 0 {
		t.Errorf("marked %v %v, end %v %v", Marked(h, Drained), Marked(h, LoadEnd), End(h), End(nil))
	}
}

func TestRecorderMovesTimeZero(t *testing.T) {
	start := time.Now()
	r := NewRecorder(start)
	r.Mark("early", "")
	before := r.Snapshot()
	early := before[0].At
	r.Start(start.Add(time.Hour))
	r.Mark("late", "")
	h := r.Snapshot()
	if h[0].At != early-time.Hour || h[1].At >= 0 || h[1].At < h[0].At {
		t.Errorf("got %v and %v after %v", h[0].At, h[1].At, early)
	}
	if before[0].At != early {
		t.Error("a snapshot was written again")
	}
}

func TestRecorderIsConcurrentAndOrdered(t *testing.T) {
	r := NewRecorder(time.Now())
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				r.Mark("x", "")
				r.Snapshot()
			}
		})
	}
	all.Wait()
	h := r.Snapshot()
	if len(h) != 800 {
		t.Errorf("%d events", len(h))
	}
	for i := 1; i < len(h); i++ {
		if h[i].At < h[i-1].At {
			t.Fatalf("event %d is earlier than the one before", i+1)
		}
	}
}

// A long record loses nothing where its chunks meet, nor when time zero moves in between.
func TestSnapshotHasEveryEvent(t *testing.T) {
	const n = 3*chunk + 1
	r := NewRecorder(time.Now())
	for i := range n {
		if i == 2*chunk+7 {
			r.Start(time.Now())
		}
		r.Add(Event{Kind: Effect, N: int64(i)})
	}
	h := r.Snapshot()
	if len(h) != n {
		t.Fatalf("%d events of %d", len(h), n)
	}
	for i, e := range h {
		if e.N != int64(i) {
			t.Fatalf("event %d is in the place of %d", e.N, i)
		}
	}
}
