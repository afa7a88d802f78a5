package eventbus

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// story is a history of ten orders, one a second, whose events have come to all services. billing's queue refuses from
// 2 s to 8 s. without says which orders billing lacks.
func story(nets string, without ...int) history.History {
	h := history.History{
		{Kind: history.Effect, Name: settings, Key: nets, N: 1, Value: "1m0s"},
		{Kind: history.Mark, Name: history.LoadStart},
	}
	for n := range 10 {
		id, at := fmt.Sprintf("o-%d", n), time.Duration(n)*time.Second+100*time.Millisecond
		switch n {
		case 2:
			h = append(h, history.Event{Kind: history.Effect, Name: refuses, N: 1, At: 2 * time.Second})
		case 8:
			h = append(h, history.Event{Kind: history.Effect, Name: refuses, At: 8 * time.Second})
		}
		h = append(h,
			history.Event{Kind: history.Invoke, Op: id, Name: "order", Key: "k", At: at},
			history.Event{Kind: history.Effect, Op: id, Name: placed, Key: "k", N: int64(n), At: at},
			history.Event{Kind: history.OK, Op: id, Name: "order", Key: "k", At: at})
		for _, r := range rules {
			lacks := false
			for _, w := range without {
				lacks = lacks || w == n && r.name == billing
			}
			if r.wants(id) && !lacks {
				h = append(h,
					history.Event{Kind: history.Effect, Op: id, Name: received, Key: r.name, At: at},
					history.Event{Kind: history.Effect, Op: id, Name: handled, Key: r.name, At: at},
					history.Event{Kind: history.Effect, Op: id, Name: done, Key: r.name, At: at})
			}
		}
	}
	return append(h, history.Event{Kind: history.Mark, Name: history.LoadEnd, At: 11 * time.Second},
		history.Event{Kind: history.Mark, Name: history.Drained, At: 12 * time.Second})
}

// and returns a history with more effects of billing's.
func and(h history.History, name string, orders ...int) history.History {
	for _, n := range orders {
		h = append(h, history.Event{
			Kind: history.Effect, Op: fmt.Sprintf("o-%d", n), Name: name, Key: billing, At: 12 * time.Second,
		})
	}
	return h
}

// again returns a history in which the window from 3 s to 5 s is replayed, and brings these orders.
func again(orders ...int) history.History {
	return append(and(story("archive"), replayed, orders...),
		history.Event{Kind: history.Effect, Name: window, N: 3, Value: "2s", At: 12 * time.Second})
}

func TestChecks(t *testing.T) {
	const holds, violated = invariant.Holds, invariant.Violated
	for name, c := range map[string]struct {
		h                                   history.History
		delivered, lost, replays, misrouted invariant.Status
	}{
		"nothing is lost with an archive":       {story("archive"), holds, holds, holds, holds},
		"what outlives the policy is lost":      {story("", 2, 3, 4, 5, 6), violated, holds, holds, holds},
		"less is lost than outlives the policy": {story("", 2, 3, 4), violated, violated, holds, holds},
		"more is":                               {story("", 2, 3, 4, 5, 6, 7, 8), violated, violated, holds, holds},
		"it waits in the dead-letter queue":     {and(story("dlq", 2, 3), parked, 2, 3), holds, holds, holds, holds},
		"it waits in billing's queue":           {and(story("dlq", 2, 3), inFlight, 2, 3), holds, holds, holds, holds},
		"it is nowhere":                         {and(story("dlq", 2, 3), parked, 2), violated, violated, holds, holds},
		"deleted unworked":                      {and(story("dlq", 2, 3), ignored, 2, 3), violated, holds, holds, holds},
		"deleted unworked in spite of archive":  {and(story("archive", 2), ignored, 2), violated, violated, holds, holds},
		"deleted unworked once, billed once":    {and(story("dlq"), ignored, 2), holds, holds, holds, holds},
		"the window is replayed":                {again(3, 4, 5, 5), holds, holds, holds, holds},
		"less is replayed":                      {again(3, 4), holds, holds, violated, holds},
		"what is outside is replayed":           {again(2, 3, 4, 5), holds, holds, violated, holds},
	} {
		for inv, want := range map[*invariant.Invariant]invariant.Status{
			&delivered: c.delivered, &lost: c.lost, &replays: c.replays, &misrouted: c.misrouted,
		} {
			if f := inv.Of(c.h); f.Status != want {
				t.Errorf("%s: %s is %s, want %s: %s", name, inv.Name, f.Status, want, f.Evidence)
			}
		}
	}
}

func TestMisrouted(t *testing.T) {
	h := story("dlq")
	for n := range 10 {
		if id := fmt.Sprintf("o-%d", n); kindOf(id) == download {
			h = append(h, history.Event{Kind: history.Effect, Op: id, Name: received, Key: "shipping", At: 12 * time.Second})
		}
	}
	if f := misrouted.Of(h); f.Status != invariant.Violated {
		t.Errorf("shipping got a download, and it is %s: %s", f.Status, f.Evidence)
	}
}

func TestSpan(t *testing.T) {
	least, mean, most := brief.span()
	if least != 500*time.Millisecond || mean != time.Second || most != 1500*time.Millisecond {
		t.Errorf("1 retry lasts %v, %v to %v", mean, least, most)
	}
	// 1 + 2 + … + 256 s, and 176 waits of 8 minutes
	least, mean, most = byDefault.span()
	if want := 511 + 176*480.; math.Abs(mean.Seconds()-want) > 1 || most != 24*time.Hour || least < 22*time.Hour {
		t.Errorf("the default lasts %v, %v to %v", mean, least, most)
	}
}
