package stream

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// blockedRun is ten movements a second on two shards, for ten seconds; the one at 4 s is poisoned, and
// that many records wait in the end.
func blockedRun(waiting int) history.History {
	h := history.History{{Kind: history.Mark, Name: history.LoadStart}}
	for n := range 100 {
		op, value, at := fmt.Sprint("movement-", n), "", time.Duration(n)*100*time.Millisecond
		if n == 40 {
			value = "poison"
		}
		h = append(h,
			history.Event{At: at, Kind: history.Invoke, Op: op, Value: value},
			history.Event{At: at, Kind: history.OK, Op: op})
		if n <= 40 {
			h = append(h, history.Event{At: at, Kind: history.Effect, Name: received, Op: op, Key: "shard-0"})
		}
	}
	h = append(h,
		history.Event{At: 10 * time.Second, Kind: history.Mark, Name: history.LoadEnd},
		history.Event{At: 11 * time.Second, Kind: history.Mark, Name: history.Drained})
	for n := range waiting {
		op := fmt.Sprint("movement-", 99-n)
		h = append(h, history.Event{At: 12 * time.Second, Kind: history.Effect, Name: inFlight, Op: op, Key: "shard-0"})
	}
	return h
}

func TestLagGrowsAsPredicted(t *testing.T) {
	const holds, violated = invariant.Holds, invariant.Violated
	for waiting, want := range map[int]invariant.Status{20: holds, 30: holds, 48: holds, 19: violated, 49: violated} {
		if f := lagGrowth.Of(blockedRun(waiting)); f.Status != want {
			t.Errorf("%d waiting: %s, want %s: %s", waiting, f.Status, want, f.Evidence)
		}
	}
	if f := lagGrowth.Of(nil); f.Status != invariant.Unknown {
		t.Errorf("empty history: %s", f.Status)
	}
}

func TestLag(t *testing.T) {
	for waiting, want := range map[int]invariant.Status{0: invariant.Holds, 1: invariant.Violated} {
		if f := lag.Of(blockedRun(waiting)); f.Status != want {
			t.Errorf("%d waiting: %s, want %s", waiting, f.Status, want)
		}
	}
	h := blockedRun(0)
	if f := lag.Of(h[:len(h)-1]); f.Status != invariant.Unknown {
		t.Errorf("a record that breaks off: %s", f.Status)
	}
}

func TestIteratorAge(t *testing.T) {
	const s = time.Second
	effect := func(at time.Duration, name, by string, n int64) history.Event {
		return history.Event{At: at, Kind: history.Effect, Name: name, By: by, N: n}
	}
	sent := func(at time.Duration, op string) history.Event {
		return history.Event{At: at, Kind: history.Invoke, Op: op}
	}
	tried := func(at time.Duration, op, shard string) history.Event {
		return history.Event{At: at, Kind: history.Effect, Name: received, By: "a", Op: op, Key: shard}
	}
	pace := history.History{effect(-s, up, "a", 0), effect(-s, round, "a", int64(s)), effect(-s, again, "a", int64(s)/2)}
	went, back, other := effect(s, down, "a", 0), effect(4*s, up, "a", 0), effect(9*s, up, "b", 0)
	old, m := tried(0, "old", "1"), sent(s, "m")
	for name, c := range map[string]struct {
		h    history.History // after the pace: a round takes a second, a further try half of one
		want invariant.Status
	}{
		"in two rounds":         {history.History{m, tried(3*s, "m", "1")}, invariant.Holds},
		"later":                 {history.History{m, tried(3*s+1, "m", "1")}, invariant.Violated},
		"its consumer was away": {history.History{m, went, back, tried(6*s, "m", "1")}, invariant.Holds},
		"later than that":       {history.History{m, went, back, tried(6*s+1, "m", "1")}, invariant.Violated},
		"another one came":      {history.History{m, went, back, other, tried(6*s+1, "m", "1")}, invariant.Violated},
		"its first try counts":  {history.History{m, tried(2*s, "m", "1"), tried(9*s, "m", "1")}, invariant.Holds},
		"the oldest record counts": {history.History{m, tried(9*s, "m", "1"), sent(9*s, "n"), tried(9*s, "n", "1")},
			invariant.Violated},
		"another record was tried again": {history.History{sent(0, "old"), old, m, tried(2*s, "old", "1"),
			tried(3*s+s/2, "m", "1")}, invariant.Holds},
		"that is all": {history.History{sent(0, "old"), old, m, tried(2*s, "old", "1"),
			tried(3*s+s/2+1, "m", "1")}, invariant.Violated},
		"in another shard": {history.History{sent(0, "old"), old, m, tried(2*s, "old", "2"),
			tried(3*s+1, "m", "1")}, invariant.Violated},
		"before it came": {history.History{sent(0, "old"), old, tried(s/2, "old", "1"), m,
			tried(3*s+1, "m", "1")}, invariant.Violated},
		"nothing is tried": {history.History{m}, invariant.Unknown},
	} {
		if f := iteratorAge.Of(append(slices.Clone(pace), c.h...)); f.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", name, f.Status, c.want, f.Evidence)
		}
	}
	if f := iteratorAge.Of(history.History{m, tried(2*s, "m", "1")}); f.Status != invariant.Unknown {
		t.Errorf("nobody says how long a round takes: %s", f.Status)
	}
}

func TestCrashWindow(t *testing.T) {
	effect := func(name, op string) history.Event { return history.Event{Kind: history.Effect, Name: name, Op: op} }
	run := func(effects ...history.Event) history.History {
		h := history.History{}
		for _, op := range []string{"a", "b"} {
			h = append(h, history.Event{Kind: history.Invoke, Op: op}, history.Event{Kind: history.OK, Op: op})
		}
		return append(h, effects...)
	}
	crash := history.Event{Kind: history.Effect, Name: exposed, N: 2}
	for name, c := range map[string]struct {
		h    history.History
		want invariant.Status
	}{
		"repeated": {run(effect(received, "a"), effect(received, "b"), crash,
			effect(received, "a"), effect(received, "b"), effect(done, "a"), effect(done, "b")), invariant.Holds},
		"lost":               {run(crash), invariant.Holds},
		"half of it is lost": {run(effect(received, "a"), crash, effect(done, "a")), invariant.Violated},
		"nobody crashed":     {run(effect(received, "a")), invariant.Unknown},
	} {
		if f := crashWindow.Of(c.h); f.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", name, f.Status, c.want, f.Evidence)
		}
	}
}

// Of a batch of eight a record fails three times while it is narrowed down, and is then tried three times.
func TestBisections(t *testing.T) {
	h := history.History{
		{Kind: history.Invoke, Op: "movement-1"},
		{Kind: history.OK, Op: "movement-1"},
	}
	if f := bisections.Of(h); f.Status != invariant.Unknown {
		t.Errorf("nothing was tried: %s, %s", f.Status, f.Evidence)
	}
	for n := 1; n <= 8; n++ {
		h = append(h, history.Event{Kind: history.Effect, Name: received, Op: "movement-1", Key: "shard-0"})
		want := invariant.Holds
		if n > 6 {
			want = invariant.Violated
		}
		if f := bisections.Of(h); f.Status != want {
			t.Errorf("%d tries: %s, want %s: %s", n, f.Status, want, f.Evidence)
		}
	}
}
