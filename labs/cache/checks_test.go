package cache

import (
	"fmt"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

const ms = time.Millisecond

// expiryRun is ten reads of the hot product a second for four seconds, with the fault from 1 s to 3 s.
// It is recomputed in one second, from 2 s on, by that many loads; as many readers find nothing.
func expiryRun(n, waiting int) history.History {
	h := history.History{{Kind: history.Mark, Name: history.LoadStart}}
	for i := range 41 {
		at := time.Duration(i) * 100 * ms
		switch at {
		case time.Second:
			h = append(h, history.Event{At: at, Kind: history.Mark, Name: history.FaultInjected})
		case 2 * time.Second:
			for l := range n {
				h = append(h, history.Event{At: at, Kind: history.Effect, Name: loading, Key: hot, By: fmt.Sprint(l % replicas)})
			}
			for range waiting {
				h = append(h, history.Event{At: at, Kind: history.Effect, Name: missed, Key: hot})
			}
		case 3 * time.Second:
			for l := range n {
				h = append(h, history.Event{At: at, Kind: history.Effect, Name: loaded, Key: hot, By: fmt.Sprint(l % replicas)})
			}
			h = append(h, history.Event{At: at, Kind: history.Mark, Name: history.FaultReverted})
		}
		h = append(h, history.Event{At: at, Kind: history.Invoke, Op: fmt.Sprint(i), Name: reading, Key: hot})
	}
	return append(h, history.Event{At: 4100 * ms, Kind: history.Mark, Name: history.LoadEnd})
}

func TestExpiryIsComparedWithTheory(t *testing.T) {
	for _, c := range []struct {
		loads, waiting           int
		alone, asPredicted, calm invariant.Status
	}{
		{1, 1, invariant.Holds, invariant.Holds, invariant.Holds},
		{2, 10, invariant.Holds, invariant.Holds, invariant.Violated},
		{10, 10, invariant.Violated, invariant.Holds, invariant.Violated},
		{4, 4, invariant.Violated, invariant.Violated, invariant.Holds},
		{20, 20, invariant.Violated, invariant.Violated, invariant.Violated},
	} {
		h := expiryRun(c.loads, c.waiting)
		for _, check := range []struct {
			invariant.Invariant
			want invariant.Status
		}{{noStampede, c.alone}, {hotLoads, c.asPredicted}, {noWaits, c.calm}} {
			if f := check.Of(h); f.Status != check.want {
				t.Errorf("%d loads, %d waiting: %s %s, want %s: %s", c.loads, c.waiting, check.Name, f.Status, check.want, f.Evidence)
			}
		}
	}
	if f := hotLoads.Of(expiryRun(0, 0)); f.Status != invariant.Unknown {
		t.Errorf("without a load: %s", f.Status)
	}
}

// outage is ten operations a second for four seconds, all readers', with the fault from 1 s to 3 s.
// The database is asked that often during it, and answers after it or not.
func outage(queries int, recovered bool) history.History {
	h := history.History{{Kind: history.Mark, Name: history.LoadStart}}
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
		if at >= 3*time.Second && !recovered {
			end = history.Unknown
		}
		op := fmt.Sprint(i)
		h = append(h,
			history.Event{At: at, Kind: history.Invoke, Op: op, Name: operation},
			history.Event{At: at, Kind: end, Op: op, Name: operation})
	}
	return append(h, history.Event{At: 4100 * ms, Kind: history.Mark, Name: history.LoadEnd})
}

func TestOutage(t *testing.T) {
	// 10/s ÷ 3 for two seconds: the database can do 6.
	for queries, want := range map[int]invariant.Status{4: invariant.Holds, 6: invariant.Holds, 8: invariant.Violated} {
		if f := boundedDatabaseLoad.Of(outage(queries, true)); f.Status != want {
			t.Errorf("%d queries: %s, want %s: %s", queries, f.Status, want, f.Evidence)
		}
	}
	for recovered, want := range map[bool]invariant.Status{true: invariant.Holds, false: invariant.Violated} {
		if f := recovers.Of(outage(0, recovered)); f.Status != want {
			t.Errorf("recovered %v: %s, want %s: %s", recovered, f.Status, want, f.Evidence)
		}
	}
	for _, i := range []invariant.Invariant{noStampede, hotLoads, noWaits, boundedDatabaseLoad, recovers} {
		if f := i.Of(nil); f.Status != invariant.Unknown {
			t.Errorf("%s of an empty history: %s", i.Name, f.Status)
		}
	}
}
