package outbox

import (
	"slices"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// story is a history of three orders under a fault of a second; of "b", which is sent while it is on, some
// effects are left out.
func story(lacks ...string) history.History {
	h := history.History{
		{Kind: history.Mark, Name: history.LoadStart},
		{Kind: history.Mark, Name: history.FaultInjected, At: time.Second},
		{Kind: history.Mark, Name: history.FaultReverted, At: 2 * time.Second},
		{Kind: history.Mark, Name: history.LoadEnd, At: 3 * time.Second},
		{Kind: history.Mark, Name: history.Drained, At: 9 * time.Second},
	}
	for n, id := range []string{"a", "b", "c"} {
		at := time.Duration(n) * time.Second
		h = append(h,
			history.Event{Kind: history.Invoke, Op: id, Name: "order", Key: "k", At: at},
			history.Event{Kind: history.OK, Op: id, Name: "order", Key: "k", At: at + time.Millisecond})
		for _, effect := range []string{halfWay, stored, sent, published, received, shipped} {
			if id != "b" || !slices.Contains(lacks, effect) {
				late := at + 10*time.Millisecond
				h = append(h, history.Event{Kind: history.Effect, Op: id, Name: effect, Key: "k", At: late,
					N: history.Amount(id)})
			}
		}
	}
	return h
}

// sentAt returns a story in which an order's event is sent at that time.
func sentAt(order string, at time.Duration) history.History { return sentIn(story(), order, at) }

func sentIn(h history.History, order string, at time.Duration) history.History {
	for n := range h {
		if h[n].Op == order && h[n].Name == sent {
			h[n].At = at
		}
	}
	return h
}

// slowed returns a story in which an order's event is sent at that time, and its request takes half a second.
func slowed(order string, at time.Duration) history.History {
	h := sentAt(order, at)
	for n := range h {
		if h[n].Op == order && h[n].Kind == history.OK {
			h[n].At += 500 * time.Millisecond
		}
	}
	return h
}

func TestChecks(t *testing.T) {
	const second, ms = time.Second, time.Millisecond
	const holds, violated, unknown = invariant.Holds, invariant.Violated, invariant.Unknown
	for name, c := range map[string]struct {
		h                  history.History
		both, missing, lag invariant.Status
	}{
		"all is well":                       {story(), holds, holds, holds},
		"a row without its event":           {story(sent, published, received, shipped), violated, holds, holds},
		"an event without its row":          {story(stored), violated, holds, holds},
		"an event is missing of a sent one": {story(published), violated, violated, holds},
		"neither":                           {story(stored, sent, published, received, shipped), holds, holds, holds},
		"late after the fault":              {sentAt("b", 3200*ms), holds, holds, violated},
		"late, and sent under no fault":     {sentAt("c", 3500*ms), holds, holds, violated},
		"as late as a relay may notice":     {sentAt("b", 3*second), holds, holds, holds},
		"later by one ahead":                {sentIn(sentAt("b", 2001*ms), "c", 3005*ms), holds, holds, holds},
		"later than one ahead takes":        {sentIn(sentAt("b", 2001*ms), "c", 3016*ms), holds, holds, violated},
		"later by one behind":               {sentAt("b", 3005*ms), holds, holds, violated},
		"as late as four slow requests":     {slowed("c", 5000*ms), holds, holds, holds},
		"slow in the fault, late beside it": {slowed("b", 3005*ms), holds, holds, violated},
		"nothing was audited":               {story()[:7], unknown, holds, holds},
	} {
		wants := map[*invariant.Invariant]invariant.Status{&bothOrNeither: c.both, &missing: c.missing, &lag: c.lag}
		for inv, want := range wants {
			if f := inv.Of(c.h); f.Status != want {
				t.Errorf("%s: %s is %s, want %s: %s", name, inv.Name, f.Status, want, f.Evidence)
			}
		}
	}
}

// What a relay that repeats or reorders does to shipping and to the log.
func TestOnceAndInOrder(t *testing.T) {
	late := func(effect string) history.Event {
		return history.Event{Kind: history.Effect, Op: "b", Name: effect, Key: "k", At: 8 * time.Second}
	}
	const holds, violated = invariant.Holds, invariant.Violated
	for name, c := range map[string]struct {
		h           history.History
		once, order invariant.Status
	}{
		"all is well":                           {story(), holds, holds},
		"an event comes twice":                  {append(story(), late(published), late(received)), holds, holds},
		"a shipment for each time that it came": {append(story(), late(shipped)), violated, holds},
		"an event that never came":              {story(sent, published, received, shipped), violated, holds},
		"a later order's event came first":      {append(story(published), late(published)), holds, violated},
	} {
		for inv, want := range map[*invariant.Invariant]invariant.Status{&shippedOnce: c.once, &inOrder: c.order} {
			if f := inv.Of(c.h); f.Status != want {
				t.Errorf("%s: %s is %s, want %s: %s", name, inv.Name, f.Status, want, f.Evidence)
			}
		}
	}
}
