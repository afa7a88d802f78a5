package monolith

import (
	"fmt"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// story is a history of 40 requests to each feature, half of them under a fault by that switch. Of the harmed features
// every other request fails during the fault. A checkout takes that long.
func story(sw string, hops int, took time.Duration, harmed ...string) history.History {
	var h history.History
	for _, module := range modules {
		h = append(h, history.Event{Kind: history.Effect, Name: placed, Key: module, N: int64(hops)})
	}
	h = append(h, history.Event{Kind: history.Mark, Name: history.LoadStart})
	for n := range 40 {
		at := time.Duration(n) * 100 * time.Millisecond
		if n == 20 && sw != "" {
			h = append(h, history.Event{Kind: history.Mark, Name: history.FaultInjected, At: at},
				history.Event{Kind: history.Effect, Name: ill, Key: of[sw], Value: sw, N: 1, At: at})
		}
		for _, module := range modules {
			id, end, length := fmt.Sprintf("%s-%d", module, n), history.OK, work
			if module == checkout {
				length = took
			}
			for _, m := range harmed {
				if m == module && n >= 20 && n%2 == 0 {
					end = history.Failed
				}
			}
			h = append(h, history.Event{Kind: history.Invoke, Op: id, Name: module, Key: "k", At: at})
			if module == checkout && end == history.OK {
				h = append(h, history.Event{Kind: history.Effect, Op: id, Name: reserved, Key: "k", At: at},
					history.Event{Kind: history.Effect, Op: id, Name: ordered, Key: "k", At: at})
			}
			h = append(h, history.Event{Kind: end, Op: id, Name: module, Key: "k", At: at + length})
		}
	}
	if sw != "" {
		h = append(h, history.Event{Kind: history.Effect, Name: ill, Key: of[sw], Value: sw, At: 4 * time.Second},
			history.Event{Kind: history.Mark, Name: history.FaultReverted, At: 4 * time.Second})
	}
	return append(h, history.Event{Kind: history.Mark, Name: history.LoadEnd, At: 5 * time.Second},
		history.Event{Kind: history.Mark, Name: history.Drained, At: 6 * time.Second})
}

// and returns a history with one more effect.
func and(h history.History, name, op string) history.History {
	return append(h, history.Event{Kind: history.Effect, Op: op, Name: name, Key: "k", At: 6 * time.Second})
}

func TestChecks(t *testing.T) {
	const holds, violated = invariant.Holds, invariant.Violated
	inside, across := 3*work, 3*work+2*hopTime
	for name, c := range map[string]struct {
		h                           history.History
		features, tax, serial, both invariant.Status
	}{
		"no fault":                         {story("", 0, inside), holds, holds, holds, holds},
		"search harms itself":              {story(leaks, 0, inside, search), holds, holds, holds, holds},
		"search harms all":                 {story(leaks, 0, inside, modules...), violated, holds, holds, holds},
		"the cart harms the checkout":      {story(slow, 2, across, cart, checkout), holds, holds, holds, holds},
		"the cart harms the catalog":       {story(slow, 2, across, cart, checkout, catalog), violated, holds, holds, holds},
		"calls cost too little":            {story("", 2, inside), holds, violated, holds, holds},
		"calls where there should be none": {story("", 0, across), holds, violated, holds, holds},
		"half of the checkouts lose calls": {story(flaky, 2, across, checkout), holds, holds, holds, holds},
		"none loses a call":                {story(flaky, 2, across), holds, holds, violated, holds},
		"stock without order":              {and(story("", 0, inside), reserved, "x"), holds, holds, holds, violated},
		"an order without stock":           {and(story("", 0, inside), ordered, "x"), holds, holds, holds, violated},
	} {
		for inv, want := range map[*invariant.Invariant]invariant.Status{
			&features: c.features, &tax: c.tax, &serial: c.serial, &bothOrNeither: c.both,
		} {
			if f := inv.Of(c.h); f.Status != want {
				t.Errorf("%s: %s is %s, want %s: %s", name, inv.Name, f.Status, want, f.Evidence)
			}
		}
	}
}
