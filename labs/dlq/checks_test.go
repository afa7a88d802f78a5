package dlq

import (
	"fmt"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// story is a history of 50 orders a second for 4 s, each done by billing late after it is posted, under a fault from
// 1 s to 3 s.
func story(late time.Duration) history.History {
	h := history.History{
		{Kind: history.Mark, Name: history.LoadStart},
		{Kind: history.Mark, Name: history.FaultInjected, At: time.Second},
		{Kind: history.Mark, Name: history.FaultReverted, At: 3 * time.Second},
		{Kind: history.Mark, Name: history.LoadEnd, At: 4 * time.Second},
		{Kind: history.Mark, Name: history.Drained, At: 9 * time.Second},
	}
	for n := range 200 {
		id, at := fmt.Sprint("o", n), time.Duration(n)*20*time.Millisecond
		h = append(h,
			history.Event{Kind: history.Invoke, Op: id, Name: "order", Key: "k", At: at},
			history.Event{Kind: history.OK, Op: id, Name: "order", Key: "k", At: at + 1})
		for _, name := range []string{received, handled, unnoted, noted} {
			h = append(h, effect(id, name, at+late))
		}
	}
	return h
}

// settled is a history of an order that every branch has done, but for what change makes of a branch's effect.
func settled(change func(branch string, effect history.Event) []history.Event) history.History {
	h := history.History{
		{Kind: history.Invoke, Op: "o1", Name: "order", Key: "k"},
		{Kind: history.OK, Op: "o1", Name: "order", Key: "k", At: 1},
		{Kind: history.Mark, Name: history.Drained, At: 2},
	}
	for _, branch := range branches {
		for _, name := range []string{handled, done} {
			e := history.Event{Kind: history.Effect, Op: "o1", Name: name, Key: branch, At: 3, N: history.Amount("o1")}
			h = append(h, change(branch, e)...)
		}
	}
	return h
}

// What goes wrong on one branch shows, whichever it is.
func TestEveryBranchIsJudged(t *testing.T) {
	of := func(branch, name string, instead func(e history.Event) []history.Event) history.History {
		return settled(func(at string, e history.Event) []history.Event {
			if at == branch && e.Name == name {
				return instead(e)
			}
			return []history.Event{e}
		})
	}
	nothing := func(history.Event) []history.Event { return nil }
	twice := func(e history.Event) []history.Event { return []history.Event{e, e} }
	off := func(e history.Event) []history.Event {
		e.N++
		return []history.Event{e}
	}
	for _, branch := range append(branches, "") {
		want := invariant.Violated
		if branch == "" {
			want = invariant.Holds
		}
		for _, c := range []struct {
			inv invariant.Invariant
			h   history.History
		}{
			{progress, of(branch, handled, nothing)},
			{conservation, of(branch, done, nothing)},
			{exactlyOnce, of(branch, done, nothing)},
			{exactlyOnce, of(branch, done, twice)},
			{amounts, of(branch, done, off)},
		} {
			if f := c.inv.Of(c.h); f.Status != want {
				t.Errorf("branch %q: %s is %s, want %s: %s", branch, c.inv.Name, f.Status, want, f.Evidence)
			}
		}
	}
}

func effect(order, name string, at time.Duration) history.Event {
	return history.Event{Kind: history.Effect, Op: order, Name: name, Key: "billing", By: "billing-1", At: at}
}

// plus returns a story with so many more effects of that name in the middle of the fault.
func plus(h history.History, n int, name string) history.History {
	for k := range n {
		h = append(h, effect(fmt.Sprint("o", 20+k%80), name, 2*time.Second))
	}
	return h
}

// less returns a story without the first n effects of that name.
func less(h history.History, n int, name string) (kept history.History) {
	for _, e := range h {
		if n > 0 && e.Name == name {
			n--
			continue
		}
		kept = append(kept, e)
	}
	return kept
}

// drained is a history in which those that were posted during the fault are done after it, one after the other.
func drained(each time.Duration) history.History {
	h, at := story(20*time.Millisecond), 3*time.Second
	for n := range h {
		if h[n].Name == handled && h[n].At > time.Second && h[n].At < 3*time.Second {
			at += each
			h[n].At = at
		}
	}
	return h
}

// The fastest order takes 20 ms. An order may wait for 20 × 12 ms + 1 s beside the fault, and for 20 ms for each that
// is done meanwhile. In the fault of two seconds a worker may receive 2 s / 12 ms + 2 = 169 messages, three deviations
// of 21 % in all more.
func TestChecks(t *testing.T) {
	const holds, violated = invariant.Holds, invariant.Violated
	well := 20 * time.Millisecond
	for name, c := range map[string]struct {
		h                     history.History
		catchUp, pace, spared invariant.Status
	}{
		"all is well":                    {story(well), holds, holds, holds},
		"orders wait a second":           {story(time.Second), holds, holds, holds},
		"orders wait too long":           {story(1300 * time.Millisecond), violated, holds, holds},
		"orders catch up":                {drained(20 * time.Millisecond), holds, holds, holds},
		"orders catch up slowly":         {drained(50 * time.Millisecond), violated, holds, holds},
		"a worker is as fast as it can":  {plus(story(well), 60, received), holds, holds, holds},
		"a worker is faster":             {plus(story(well), 120, received), holds, violated, holds},
		"work is done again":             {plus(story(well), 1, handled), holds, holds, violated},
		"after a note that was lost":     {plus(less(story(well), 1, noted), 1, handled), holds, holds, holds},
		"more often than notes are lost": {plus(less(story(well), 1, noted), 2, handled), holds, holds, violated},
		"after any number of lost notes": {plus(less(story(well), 9, noted), 5, handled), holds, holds, violated},
	} {
		wants := map[*invariant.Invariant]invariant.Status{&catchUp: c.catchUp, &pace: c.pace, &spared: c.spared}
		for inv, want := range wants {
			if f := inv.Of(c.h); f.Status != want {
				t.Errorf("%s: %s is %s, want %s: %s", name, inv.Name, f.Status, want, f.Evidence)
			}
		}
	}
}
