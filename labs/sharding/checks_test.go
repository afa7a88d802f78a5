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

// aMove is the history of a move from 4 to 5 shards of share of 1,000 keys in a second, under 100 gets
// a second of which miss meet a key on its way.
func aMove(scheme string, share float64, miss int) history.History {
	h := history.History{
		{Kind: history.Mark, Name: history.LoadStart},
		{Kind: history.Effect, Name: placed, Key: scheme, N: 4},
	}
	for n := range 1000 {
		shard := fmt.Sprintf("shard-%d", 1+n%5)
		h = append(h, history.Event{Kind: history.Effect, Name: owed, Key: shard, Value: fmt.Sprintf("k%d", n)})
	}
	for ms := range 3000 {
		at := time.Duration(ms) * time.Millisecond
		if ms == 1000 {
			h = append(h, history.Event{At: at, Kind: history.Effect, Name: placed, Key: scheme, N: 5})
		}
		if key := ms - 1000; 0 <= key && key < 1000 && int(float64(key+1)*share) > int(float64(key)*share) {
			value := fmt.Sprintf("k%d", key)
			h = append(h, history.Event{At: at, Kind: history.Effect, Name: moved, Key: "shard-5", Value: value})
		}
		if ms%10 == 0 {
			ended := history.OK
			if n := ms / 10; 100 <= n && n < 100+miss {
				ended = history.Failed
			}
			h = append(h, operation(at, fmt.Sprintf("r-%d", ms/10), get, "k1", ended)...)
		}
	}
	return append(h, history.Event{At: 3 * time.Second, Kind: history.Mark, Name: history.LoadEnd})
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
		{movedAsPredicted, underHeat(20), invariant.Unknown},
		{availability, aMove("ring", 0.2, 10), invariant.Holds},      // λ·f·D/2 = 100 × 0.2 × 1 s ÷ 2
		{availability, aMove("modulo", 0.8, 40), invariant.Violated}, // at that pace a ring would have had 2.5
		{availability, aMove("ring", 0.2, 40), invariant.Violated},
		{availability, aMove("ring", 0, 0), invariant.Unknown},
		{keyBalance, aMove("ring", 0.2, 0), invariant.Holds},
		{keyBalance, underHeat(20), invariant.Holds},
		{loadBalance, aMove("ring", 0.2, 0), invariant.Unknown}, // there is no fault
		{loadBalance, underHeat(20), invariant.Holds},
		{loadBalance, underHeat(50), invariant.Violated},
		{loadBalance, under(5, 50), invariant.Violated},   // no key is hot, and a shard all the same
		{kept, aMove("ring", 0.2, 0), invariant.Violated}, // no shard has anything
	} {
		if got := c.check.Of(c.h); got.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", c.check.Name, got.Status, c.want, got.Evidence)
		}
	}
}

// With an even pace the exposure is rate × share × time ÷ 2, and the share counts twice.
func TestExposure(t *testing.T) {
	for share, want := range map[float64]string{
		0.8: "predicted 40 (limit 10: 3 × 2.5,",
		0.4: "predicted 20 (limit 17: 3 × 5.0,",
		0.2: "predicted 9.99 (limit 32: 3 × 10.0,",
	} {
		if got := availability.Of(aMove("ring", share, 0)).Evidence; !strings.Contains(got, want) {
			t.Errorf("share %.1f: %q, want %q", share, got, want)
		}
	}
}

// Of several changes the last one counts, with what moved since.
func TestTheLastChangeCounts(t *testing.T) {
	h := aMove("ring", 0.2, 0)
	h = append(h, history.Event{At: 4 * time.Second, Kind: history.Effect, Name: placed, Key: "ring", N: 4})
	c, err := changeOf(invariant.NewView(h))
	if err != nil || c.from != 5 || c.to != 4 || len(c.moved) != 0 {
		t.Errorf("%+v, %v", c, err)
	}
}

// underHeat is the history of 4 shards with as many keys each, and of 80 requests in a fault, half of them for
// one key. So many of them are served by shard-1.
func underHeat(onHottest int) history.History { return under(2, onHottest) }

// under is the same where one request of so many is for the one key.
func under(oneIn, onHottest int) history.History {
	h := history.History{
		{Kind: history.Effect, Name: placed, Key: "ring", N: 4},
		{Kind: history.Mark, Name: history.LoadStart},
		{Kind: history.Mark, Name: history.FaultInjected},
	}
	for n := range 80 {
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
	for n := range 4 {
		shard := fmt.Sprintf("shard-%d", 1+n)
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
		"as filled":              {slices.Concat(belongs, lies("shard-1", "")), invariant.Holds},
		"the last write":         {slices.Concat(write("a"), write("b"), belongs, lies("shard-1", "b")), invariant.Holds},
		"an overwritten write":   {slices.Concat(write("a"), write("b"), belongs, lies("shard-1", "a")), invariant.Violated},
		"the write is lost":      {slices.Concat(write("a"), belongs, lies("shard-1", "")), invariant.Violated},
		"may not have happened":  {slices.Concat(write("a"), lost("b"), belongs, lies("shard-1", "a")), invariant.Holds},
		"may have happened":      {slices.Concat(write("a"), lost("b"), belongs, lies("shard-1", "b")), invariant.Holds},
		"missing":                {belongs, invariant.Violated},
		"left behind":            {slices.Concat(belongs, lies("shard-1", ""), lies("shard-2", "")), invariant.Violated},
		"nothing was looked for": {write("a"), invariant.Unknown},
	} {
		if got := kept.Of(c.h); got.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", name, got.Status, c.want, got.Evidence)
		}
	}
}
