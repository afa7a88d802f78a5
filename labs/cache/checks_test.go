package cache

import (
	"cmp"
	"fmt"
	"slices"
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

// written is a history of four writes of the offer, two acknowledged, one of unknown outcome and one that failed,
// and of a read. The database counts so many versions more than at first.
func written(read string, at time.Duration, versions int64) history.History {
	h := history.History{{Kind: history.Mark, Name: history.LoadStart}}
	for n, end := range []history.Kind{history.OK, history.OK, history.Unknown, history.Failed} {
		id, sent := fmt.Sprint("w", n), time.Duration(n+1)*100*ms
		h = append(h,
			history.Event{At: sent, Kind: history.Invoke, Op: id, Name: writing, Key: offer, Value: id},
			history.Event{At: sent + ms, Kind: end, Op: id, Name: writing, Key: offer})
	}
	h = append(h,
		history.Event{At: at, Kind: history.Invoke, Op: "r", Name: reading, Key: offer},
		history.Event{At: at + ms, Kind: history.OK, Op: "r", Name: reading, Key: offer, Value: read},
		history.Event{At: time.Second, Kind: history.Effect, Name: stored, Key: offer, N: 1 + versions})
	inOrder(h)
	return h
}

func TestWhatIsWrittenAndRead(t *testing.T) {
	const holds, violated = invariant.Holds, invariant.Violated
	for versions, want := range []invariant.Status{violated, violated, holds, holds, violated, violated} {
		if f := writes.Of(written(initial, 500*ms, int64(versions))); f.Status != want {
			t.Errorf("%d writes in the database: %s, want %s: %s", versions, f.Status, want, f.Evidence)
		}
	}
	for _, c := range []struct {
		read string
		at   time.Duration
		want invariant.Status
	}{
		{initial, 500 * ms, holds}, // which may be stale: that is for another to say
		{"w1", 500 * ms, holds},
		{"w2", 500 * ms, holds}, // of unknown outcome
		{"w1", 200 * ms, holds}, // while it is being written
		{"w1", 150 * ms, violated},
		{"that of front", 500 * ms, violated},
		{"", 500 * ms, violated},
	} {
		if f := values.Of(written(c.read, c.at, 2)); f.Status != c.want {
			t.Errorf("%q at %s: %s, want %s: %s", c.read, c.at, f.Status, c.want, f.Evidence)
		}
	}
}

// The cache is to have everything before the fault, and the offer a few loads' time after a reader first missed it.
func TestWarm(t *testing.T) {
	for name, c := range map[string]struct {
		misses []time.Duration // of the offer, under a fault from 2 s to 6 s
		want   invariant.Status
	}{
		"none":               {nil, invariant.Holds},
		"before the fault":   {[]time.Duration{time.Second}, invariant.Violated},
		"during the fault":   {[]time.Duration{3 * time.Second, 5900 * ms}, invariant.Holds},
		"until it is loaded": {[]time.Duration{6100 * ms, 7300 * ms}, invariant.Holds},
		"and after that":     {[]time.Duration{6100 * ms, 7301 * ms}, invariant.Violated},
	} {
		h := outage(0, 0, true)
		for n := range h {
			h[n].At *= 2
		}
		for _, at := range c.misses {
			h = append(h, history.Event{At: at, Kind: history.Effect, Name: missed, Key: offer})
		}
		inOrder(h)
		if f := warm.Of(h); f.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", name, f.Status, c.want, f.Evidence)
		}
	}
}

func inOrder(h history.History) {
	slices.SortStableFunc(h, func(a, b history.Event) int { return cmp.Compare(a.At, b.At) })
}
