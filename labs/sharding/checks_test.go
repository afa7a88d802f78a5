package sharding

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// aMove is the history of a move from 4 to 5 shards of share of 1,000 keys in a second, under 100 reads
// a second of which miss meet a key on its way.
func aMove(scheme string, share float64, miss int) history.History {
	h := history.History{{Kind: history.Mark, Name: history.LoadStart}}
	effect := func(at time.Duration, e history.Event) {
		e.At, e.Kind = at, history.Effect
		h = append(h, e)
	}
	for n := range 1000 {
		effect(0, history.Event{Name: owed, Key: fmt.Sprintf("shard-%d", 1+n%5), Value: fmt.Sprintf("k%d", n)})
	}
	for ms := range 3000 {
		at := time.Duration(ms) * time.Millisecond
		if ms == 1000 {
			effect(at, history.Event{Name: resharded, Key: scheme, Value: "4 5", N: 1})
		}
		if key := ms - 1000; 0 <= key && key < 1000 && int(float64(key+1)*share) > int(float64(key)*share) {
			effect(at, history.Event{Name: moved, Key: "shard-5", Value: fmt.Sprintf("k%d", key)})
		}
		if ms%10 == 0 {
			effect(at, history.Event{Name: reading, Op: fmt.Sprintf("r-%d", ms/10), Key: "k1"})
		}
	}
	for n := range miss {
		effect(time.Second, history.Event{Name: missed, Op: fmt.Sprintf("r-%d", 100+n)})
	}
	return append(h, history.Event{At: 3 * time.Second, Kind: history.Mark, Name: history.LoadEnd})
}

func TestMoveIsJudged(t *testing.T) {
	for _, c := range []struct {
		check invariant.Invariant
		h     history.History
		want  invariant.Status
	}{
		{minimal, aMove("ring", 0.2, 0), holds},
		{minimal, aMove("modulo", 0.8, 0), violated},
		{minimal, nil, invariant.Unknown},
		{asPredicted, aMove("ring", 0.21, 0), holds},
		{asPredicted, aMove("ring", 0.3, 0), violated},
		{asPredicted, aMove("modulo", 0.8, 0), holds},
		{asPredicted, aMove("modulo", 0.2, 0), violated},
		{available, aMove("ring", 0.2, 10), holds},      // λ·f·D/2 = 100 × 0.2 × 1 s ÷ 2
		{available, aMove("modulo", 0.8, 40), violated}, // at that pace a ring would have had 2.5
		{available, aMove("ring", 0.2, 40), violated},
		{available, aMove("ring", 0, 0), invariant.Unknown},
		{evenKeys, aMove("ring", 0.2, 0), holds},
		{evenLoad, aMove("ring", 0.2, 0), invariant.Unknown}, // there was no hot key
	} {
		if got := c.check.Of(c.h); got.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", c.check.Name, got.Status, c.want, got.Evidence)
		}
	}
}

// With an even pace the exposure is rate × share × time ÷ 2, and the share counts twice.
func TestExposure(t *testing.T) {
	for _, share := range []float64{0.8, 0.4, 0.2} {
		v := invariant.NewView(aMove("ring", share, 0))
		c, err := changeOf(v, resharded)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := c.exposure(v), 100*share*1/2; math.Abs(got-want) > 0.05*want {
			t.Errorf("share %.1f: exposure %.1f, want %.1f", share, got, want)
		}
		if got, want := c.leastUnserved(v), 100*0.2/2*0.2/share; math.Abs(got-want) > 0.05*want {
			t.Errorf("share %.1f: the least would be %.2f, want %.2f", share, got, want)
		}
	}
}

func TestLoadOfAHotKeyIsJudged(t *testing.T) {
	hot := func(onHottest int) history.History {
		h := aMove("ring", 0, 0)
		h = append(h, history.Event{At: time.Second, Kind: history.Effect, Name: heated, Key: "ring", Value: "4 4", N: 1})
		for n := range 80 {
			shard := "shard-1"
			if n >= onHottest {
				shard = fmt.Sprintf("shard-%d", 2+n%3)
			}
			id := fmt.Sprintf("r-%d", n)
			h = append(h, history.Event{Kind: history.Effect, Name: underHeat, Op: id}, history.Event{Kind: history.Effect, Name: served, Op: id, Key: shard})
		}
		return h
	}
	if f := evenLoad.Of(hot(24)); f.Status != holds {
		t.Errorf("24 of 80 on one of 4: %s: %s", f.Status, f.Evidence)
	}
	if f := evenLoad.Of(hot(50)); f.Status != violated {
		t.Errorf("50 of 80 on one of 4: %s: %s", f.Status, f.Evidence)
	}
}

func TestWhatWasKeptIsJudged(t *testing.T) {
	write := func(id string) history.History {
		return history.History{
			{Kind: history.Invoke, Op: id},
			{Kind: history.Effect, Name: writing, Op: id, Key: "k1"},
			{Kind: history.OK, Op: id},
		}
	}
	belongs := history.Event{Kind: history.Effect, Name: owed, Key: "shard-1", Value: "k1"}
	lies := func(shard, value string) history.Event {
		return history.Event{Kind: history.Effect, Name: stored, Key: shard, Value: "k1 " + value}
	}
	for name, c := range map[string]struct {
		h    history.History
		want invariant.Status
	}{
		"as filled":              {history.History{belongs, lies("shard-1", initial)}, holds},
		"the last write":         {append(append(write("a"), write("b")...), belongs, lies("shard-1", "b")), holds},
		"an overwritten write":   {append(append(write("a"), write("b")...), belongs, lies("shard-1", "a")), violated},
		"the write is lost":      {append(write("a"), belongs, lies("shard-1", initial)), violated},
		"missing":                {history.History{belongs}, violated},
		"left behind":            {history.History{belongs, lies("shard-1", initial), lies("shard-2", initial)}, violated},
		"nothing was looked for": {write("a"), invariant.Unknown},
	} {
		if got := complete.Of(c.h); got.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", name, got.Status, c.want, got.Evidence)
		}
	}
}
