package cache

import (
	"fmt"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

const ms = time.Millisecond

// expiryRun is ten reads of the hot product a second for four seconds, with the fault from 1 s to 3 s. The database
// takes a second to answer. The product is loaded so many times, and as many readers as wait look for it twice and
// find nothing; each instance has the next one.
func expiryRun(n, waiting int) history.History {
	h := history.History{{At: -1, Kind: history.Effect, Name: provisioned, N: 8},
		{Kind: history.Mark, Name: history.LoadStart}}
	effect := func(at time.Duration, name string, l int, n int64) {
		h = append(h, history.Event{At: at, Kind: history.Effect, Op: fmt.Sprint(l), Name: name, Key: hot,
			By: fmt.Sprint(l % replicas), N: n})
	}
	for i := range 41 {
		at := time.Duration(i) * 100 * ms
		switch at {
		case time.Second:
			h = append(h, history.Event{At: at, Kind: history.Mark, Name: history.FaultInjected})
		case 2 * time.Second:
			for l := range n {
				effect(at, loading, l, 0)
			}
			for l := range 2 * waiting {
				effect(at, missed, l/2, 0)
			}
		case 3 * time.Second:
			for l := range n {
				effect(at, answered, l, 1e6)
				effect(at, loaded, l, 0)
			}
			h = append(h, history.Event{At: at, Kind: history.Mark, Name: history.FaultReverted})
		}
		h = append(h, history.Event{At: at, Kind: history.Invoke, Op: fmt.Sprint(i), Name: reading, Key: hot})
	}
	return append(h, history.Event{At: 4100 * ms, Kind: history.Mark, Name: history.LoadEnd})
}

func TestExpiryIsComparedWithTheory(t *testing.T) {
	const holds, violated, unknown = invariant.Holds, invariant.Violated, invariant.Unknown
	for _, c := range []struct {
		loads, waiting                          int
		alone, asPredicted, anInstance, inTotal invariant.Status
	}{
		{1, 4, holds, violated, holds, holds}, // λ·Δ = 10 ± 9.5, and the first
		{2, 4, holds, holds, holds, violated},
		{2, 2, holds, holds, unknown, violated},
		{1, 1, holds, violated, unknown, unknown},
		{3, 6, violated, holds, violated, violated},
		{20, 20, violated, holds, violated, violated},
		{21, 21, violated, violated, violated, violated},
	} {
		h := expiryRun(c.loads, c.waiting)
		for _, check := range []struct {
			invariant.Invariant
			want invariant.Status
		}{{stampede, c.alone}, {loads, c.asPredicted}, {oneAnInstance, c.anInstance}, {oneInAll, c.inTotal}} {
			if f := check.Of(h); f.Status != check.want {
				t.Errorf("%d loads, %d waiting: %s %s, want %s: %s",
					c.loads, c.waiting, check.Name, f.Status, check.want, f.Evidence)
			}
		}
	}
	if f := loads.Of(expiryRun(0, 0)); f.Status != unknown {
		t.Errorf("without a load: %s", f.Status)
	}
}

// outage is ten operations a second for four seconds, all readers', with the fault from 1 s to 3 s. The
// database is asked that often during it; so many of the operations that are sent meanwhile fail, and all
// after it unless it has recovered.
func outage(queries, failed int, recovered bool) history.History {
	h := history.History{{At: -1, Kind: history.Effect, Name: provisioned, N: 1},
		{At: -1, Kind: history.Effect, Name: answered, N: 300_000}, {Kind: history.Mark, Name: history.LoadStart}}
	for i := range 41 {
		at, end := time.Duration(i)*100*ms, history.OK
		switch at {
		case time.Second:
			h = append(h, history.Event{At: at, Kind: history.Mark, Name: history.FaultInjected})
			for range queries {
				h = append(h, history.Event{At: at, Kind: history.Effect, Name: queried, Key: hot})
			}
		case 3 * time.Second:
			h = append(h, history.Event{At: at, Kind: history.Mark, Name: history.FaultReverted})
		}
		if i >= 10 && i < 10+failed || i >= 30 && !recovered {
			end = history.Failed
		}
		op := fmt.Sprint(i)
		h = append(h,
			history.Event{At: at, Kind: history.Invoke, Op: op, Name: reading},
			history.Event{At: at, Kind: end, Op: op, Name: reading})
	}
	return append(h, history.Event{At: 4100 * ms, Kind: history.Mark, Name: history.LoadEnd})
}

func TestOutage(t *testing.T) {
	// One at once, each of 0.3 s: in two seconds the database can do 7.
	for queries, want := range map[int]invariant.Status{4: invariant.Holds, 7: invariant.Holds, 8: invariant.Violated} {
		if f := databaseLoad.Of(outage(queries, 0, true)); f.Status != want {
			t.Errorf("%d queries: %s, want %s: %s", queries, f.Status, want, f.Evidence)
		}
	}
	// 20 are sent while the fault is on.
	for failed, want := range map[int]invariant.Status{0: invariant.Holds, 1: invariant.Holds, 2: invariant.Violated} {
		if f := blastRadius.Of(outage(0, failed, true)); f.Status != want {
			t.Errorf("%d failed: %s, want %s: %s", failed, f.Status, want, f.Evidence)
		}
	}
	for recovered, want := range map[bool]invariant.Status{true: invariant.Holds, false: invariant.Violated} {
		if f := recovery.Of(outage(0, 0, recovered)); f.Status != want {
			t.Errorf("recovered %v: %s, want %s: %s", recovered, f.Status, want, f.Evidence)
		}
	}
	for _, i := range Lab.Invariants {
		if f := i.Of(nil); f.Status != invariant.Unknown {
			t.Errorf("%s of an empty history: %s", i.Name, f.Status)
		}
	}
}
