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

// While the fault lasts two seconds, an order may wait for 20 × 12 ms + 1 s + 0.3/0.7 × 2 s = 2.1 s beside it, and a
// worker receive 2 s / 12 ms + 2 = 169 messages, three deviations of 21 % in all more.
func TestChecks(t *testing.T) {
	const holds, violated = invariant.Holds, invariant.Violated
	well := 20 * time.Millisecond
	for name, c := range map[string]struct {
		h                     history.History
		catchUp, pace, spared invariant.Status
	}{
		"all is well":                    {story(well), holds, holds, holds},
		"orders wait a second":           {story(time.Second), holds, holds, holds},
		"orders wait too long":           {story(2300 * time.Millisecond), violated, holds, holds},
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
