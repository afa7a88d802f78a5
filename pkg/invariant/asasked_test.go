package invariant

import (
	"testing"

	"github.com/crashlab/crashlab/pkg/history"
)

// Whichever effect it is, and whether it is its key or its amount that changes.
func TestAsAsked(t *testing.T) {
	story := func(change func(row, sent *history.Event)) history.History {
		row := history.Event{Kind: history.Effect, Op: "a", Name: "row", Key: "k", N: history.Amount("a")}
		sent := row
		sent.Name = "sent"
		change(&row, &sent)
		return history.History{
			{Kind: history.Invoke, Op: "a", Name: "order", Key: "k"},
			{Kind: history.OK, Op: "a", Name: "order", Key: "k"},
			row, sent,
			{Kind: history.Effect, Op: "a", Name: "of another name"},
			{Kind: history.Effect, Op: "nobody's", Name: "row"},
		}
	}
	for name, c := range map[string]struct {
		h    history.History
		want Status
	}{
		"as asked":             {story(func(_, _ *history.Event) {}), Holds},
		"a row of another key": {story(func(row, _ *history.Event) { row.Key = "l" }), Violated},
		"a cent more sent":     {story(func(_, sent *history.Event) { sent.N++ }), Violated},
		"no effect":            {story(func(_, _ *history.Event) {})[:2], Unknown},
		"an empty history":     {nil, Unknown},
	} {
		if f := AsAsked("row", "sent").Of(c.h); f.Status != c.want {
			t.Errorf("%s: %s, want %s: %s", name, f.Status, c.want, f.Evidence)
		}
	}
}
