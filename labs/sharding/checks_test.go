package sharding

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// aMove is the history of a move from 4 to 5 shards of share of 1,000 keys in a second, under 100 gets a second of
// which so many come before their key, and are not served.
func aMove(formula string, share float64, early int) history.History {
	h := history.History{
		{Kind: history.Mark, Name: history.LoadStart},
		{Kind: history.Effect, Name: placed, Key: formula, N: 4},
	}
	for n := range 1000 {
		shard := fmt.Sprintf("shard-%d", 1+n%5)
		h = append(h, history.Event{Kind: history.Effect, Name: owed, Key: shard, Value: fmt.Sprintf("k%d", n)})
	}
	for ms := range 3000 {
		at := time.Duration(ms) * time.Millisecond
		if ms == 1000 {
			h = append(h, history.Event{At: at, Kind: history.Effect, Name: placed, Key: formula, N: 5})
		}
		if key := ms - 1000; 0 <= key && key < 1000 && int(float64(key+1)*share) > int(float64(key)*share) {
			h = append(h, arrival(at, fmt.Sprintf("shard-%d", 1+key%4), "shard-5", fmt.Sprintf("k%d", key)))
		}
		if ms%10 == 0 {
			id, ended := fmt.Sprintf("r-%d", ms/10), history.OK
			if n := ms / 10; 100 <= n && n < 100+early {
				ended = history.Failed
				h = append(h, history.Event{At: at, Kind: history.Effect, Name: met, Op: id, Key: "shard-5"})
			}
			h = append(h, operation(at, id, get, "k1", ended)...)
		}
	}
	return append(h, history.Event{At: 3 * time.Second, Kind: history.Mark, Name: history.LoadEnd})
}

func arrival(at time.Duration, from, to, key string) history.Event {
	return history.Event{At: at, Kind: history.Effect, Name: moved, By: to, Key: from, Value: key}
}

func operation(at time.Duration, id, name, key string, ended history.Kind) history.History {
	return history.History{
		{At: at, Kind: history.Invoke, Op: id, Name: name, Key: key},
		{At: at, Kind: ended, Op: id, Name: name, Key: key},
	}
}

func TestMoveIsJudged(t *testing.T) {
	for _, c := range []struct {
		check invariant.Invariant
		h     history.History
		want  invariant.Status
	}{
		{minimalDisruption, aMove("ring", 0.2, 0), invariant.Holds},
		{minimalDisruption, aMove("modulo", 0.8, 0), invariant.Violated},
		{minimalDisruption, nil, invariant.Unknown},
		{minimalDisruption, underHeat(20), invariant.Unknown}, // nothing moved
		{movedAsPredicted, aMove("ring", 0.21, 0), invariant.Holds},
		{movedAsPredicted, aMove("ring", 0.3, 0), invariant.Violated},
		{movedAsPredicted, aMove("modulo", 0.8, 0), invariant.Holds},
		{movedAsPredicted, aMove("modulo", 0.2, 0), invariant.Violated},
		{movedAsPredicted, aMove("range", 0.125, 0), invariant.Holds},
		{movedAsPredicted, aMove("range", 0.126, 0), invariant.Violated}, // chance has no part in it
		{movedAsPredicted, underHeat(20), invariant.Unknown},
		{spread, aMove("ring", 0.2, 0), invariant.Holds},
		{spread, oneGivesAll(), invariant.Violated},
		{spread, underHeat(20), invariant.Unknown},
		{pace, aMove("ring", 0.2, 0), invariant.Holds},
		{pace, aMove("ring", 0.45, 0), invariant.Violated}, // 430 copies take more than a second
		{pace, underHeat(20), invariant.Unknown},
		{inTransit, aMove("ring", 0.2, 10), invariant.Holds}, // λ·f·D/2 = 100 × 0.2 × 1 s ÷ 2
		{inTransit, aMove("ring", 0.2, 30), invariant.Violated},
		{inTransit, aMove("modulo", 0.8, 40), invariant.Holds},
		{inTransit, aMove("modulo", 0.8, 10), invariant.Violated},
		{inTransit, aMove("ring", 0, 1), invariant.Violated},
		{inTransit, nil, invariant.Unknown},
		{availability, aMove("ring", 0.2, 0), invariant.Holds},
		{availability, aMove("ring", 0.2, 1), invariant.Violated},
		{availability, aDeath(0, 20), invariant.Unknown}, // 4 of them were to come to shard-1
		{availability, aDeath(0, 500), invariant.Holds},
		{availability, nil, invariant.Unknown},
		{writes, aMove("ring", 0.2, 0), invariant.Holds},
		{writes, aDeath(20, 0), invariant.Holds},
		{writes, aDeath(0, 0), invariant.Violated},
		{writes, aDeath(50, 0), invariant.Violated},
		{writes, nil, invariant.Unknown},
		{keyBalance, aMove("ring", 0.2, 0), invariant.Holds},
		{keyBalance, underHeat(20), invariant.Holds},
		{loadBalance, aMove("ring", 0.2, 0), invariant.Unknown}, // there is no fault
		{loadBalance, underHeat(120), invariant.Holds},
		{loadBalance, underHeat(250), invariant.Violated},
		{loadBalance, under(5, 250), invariant.Violated},  // no key is hot, and a shard all the same
		{kept, aMove("ring", 0.2, 0), invariant.Violated}, // no shard has anything
	} {
		if got := c.check.Of(c.h); got.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", c.check.Name, got.Status, c.want, got.Evidence)
		}
	}
}

// oneGivesAll is the history of a move in which one shard gives 200 keys to another.
func oneGivesAll() (h history.History) {
	for _, e := range aMove("ring", 0.2, 0) {
		if e.Name == moved {
			e.Key = "shard-1"
		}
		h = append(h, e)
	}
	return h
}

// aDeath is the history of 100 puts, so many of them in vain, and of some gets, while a fifth of the keys is on a shard
// that is dead.
func aDeath(inVain, gets int) history.History {
	h := history.History{
		{Kind: history.Effect, Name: placed, Key: "ring", N: 5},
		{Kind: history.Mark, Name: history.LoadStart},
		{Kind: history.Mark, Name: history.FaultInjected},
		{Kind: history.Effect, Name: halted, Key: "shard-1"},
	}
	for n := range 100 {
		key, ended := fmt.Sprintf("k%d", n), history.OK
		if n < inVain {
			ended = history.Failed
		}
		h = append(h, history.Event{Kind: history.Effect, Name: owed, Key: fmt.Sprintf("shard-%d", 1+n%5), Value: key})
		h = append(h, operation(time.Second, fmt.Sprintf("p-%d", n), put, key, ended)...)
	}
	for n := range gets {
		h = append(h, operation(time.Second, fmt.Sprintf("g-%d", n), get, "k1", history.OK)...)
	}
	return append(h, history.Event{At: 2 * time.Second, Kind: history.Mark, Name: history.FaultReverted},
		history.Event{At: 3 * time.Second, Kind: history.Mark, Name: history.LoadEnd})
}

// Of 200 copies that come one a 5 ms half are missing on average, and one that was put is not.
func TestWhatIsMissingIsWhatHasNeitherArrivedNorBeenPut(t *testing.T) {
	h := aMove("ring", 0.2, 0)
	if got := inTransit.Of(h).Evidence; !strings.Contains(got,
		"predicted 100 gets during the move × 10.1 % = 10.1 (± 4 σ)") {
		t.Error(got)
	}
	for n := range 1000 {
		h = append(h, operation(time.Second, fmt.Sprintf("p-%d", n), put, fmt.Sprintf("k%d", n), history.OK)...)
	}
	if got := inTransit.Of(h).Evidence; !strings.HasSuffix(got,
		"predicted 1 gets during the move × 20.0 % = 0.2 (± 4 σ)") {
		t.Error(got)
	}
}

// Of several changes the last one counts, with what moved since.
func TestTheLastChangeCounts(t *testing.T) {
	h := aMove("ring", 0.2, 0)
	h = append(h, history.Event{At: 4 * time.Second, Kind: history.Effect, Name: placed, Key: "ring", N: 4})
	c := changeOf(invariant.NewView(h))
	if c.from != 5 || c.to != 4 || len(c.moved) != 0 {
		t.Errorf("%+v", c)
	}
}

// underHeat is the history of 4 shards with as many keys each, and of 400 gets in a fault, half of them for
// one key. So many of them are served by shard-1.
func underHeat(onHottest int) history.History { return under(2, onHottest) }

// under is the same where one request of so many is for the one key.
func under(oneIn, onHottest int) history.History {
	h := history.History{
		{Kind: history.Effect, Name: placed, Key: "ring", N: 4},
		{Kind: history.Mark, Name: history.LoadStart},
		{Kind: history.Mark, Name: history.FaultInjected},
	}
	for n := range 400 {
		shard, key := "shard-1", fmt.Sprintf("k%d", n)
		if n >= onHottest {
			shard = fmt.Sprintf("shard-%d", 2+n%3)
		}
		if n%oneIn == 0 {
			key = "hot"
		}
		id := fmt.Sprintf("r-%d", n)
		h = append(h, operation(time.Second, id, get, key, history.OK)...)
		h = append(h, history.Event{At: time.Second, Kind: history.Effect, Name: served, Op: id, Key: shard})
	}
	h = append(h,
		history.Event{At: 2 * time.Second, Kind: history.Mark, Name: history.FaultReverted},
		history.Event{At: 3 * time.Second, Kind: history.Mark, Name: history.LoadEnd})
	for n := range 1000 {
		shard := fmt.Sprintf("shard-%d", 1+n%4)
		h = append(h, history.Event{Kind: history.Effect, Name: owed, Key: shard, Value: fmt.Sprintf("k%d", n)})
	}
	return h
}

func TestWhatWasKeptIsJudged(t *testing.T) {
	write := func(id string) history.History { return operation(0, id, put, "k1", history.OK) }
	lost := func(id string) history.History { return operation(0, id, put, "k1", history.Unknown) }
	belongs := history.History{
		{Kind: history.Effect, Name: placed, N: 1},
		{Kind: history.Effect, Name: owed, Key: "shard-1", Value: "k1"},
	}
	lies := func(shard, put string) history.History {
		return history.History{{Kind: history.Effect, Name: stored, Key: shard, Value: "k1", Op: put}}
	}
	for name, c := range map[string]struct {
		h    history.History
		want invariant.Status
	}{
		"as filled":             {slices.Concat(belongs, lies("shard-1", "")), invariant.Holds},
		"the last write":        {slices.Concat(write("a"), write("b"), belongs, lies("shard-1", "b")), invariant.Holds},
		"an overwritten write":  {slices.Concat(write("a"), write("b"), belongs, lies("shard-1", "a")), invariant.Violated},
		"the write is lost":     {slices.Concat(write("a"), belongs, lies("shard-1", "")), invariant.Violated},
		"may not have happened": {slices.Concat(write("a"), lost("b"), belongs, lies("shard-1", "a")), invariant.Holds},
		"may have happened":     {slices.Concat(write("a"), lost("b"), belongs, lies("shard-1", "b")), invariant.Holds},
		"missing":               {belongs, invariant.Violated},
		"left behind":           {slices.Concat(belongs, lies("shard-1", ""), lies("shard-2", "")), invariant.Violated},
		"nobody's value":        {slices.Concat(belongs, lies("shard-1", "x")), invariant.Violated},
		"another key's value": {
			slices.Concat(operation(0, "z", put, "k2", history.OK), belongs, lies("shard-1", "z")), invariant.Violated,
		},
		"nothing was looked for": {write("a"), invariant.Unknown},
	} {
		if got := kept.Of(c.h); got.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", name, got.Status, c.want, got.Evidence)
		}
	}
}
