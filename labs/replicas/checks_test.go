package replicas

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/database"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

const ms = time.Millisecond

// op is an operation on the one key of a story; a write writes its ID.
func op(id, name, read string, at, end time.Duration) history.History {
	value := ""
	if name == writing {
		value = id
	}
	return history.History{
		{Kind: history.Invoke, Op: id, Name: name, Key: "k", Value: value, By: "client", At: at},
		{Kind: history.OK, Op: id, Name: name, Key: "k", Value: read, By: "client", At: end},
	}
}

func effect(name, id string, n int64, at time.Duration) history.Event {
	return history.Event{Kind: history.Effect, Name: name, Op: id, N: n, At: at}
}

// story is two writes that a replica applies before they are acknowledged, and two reads.
func story(reads [2]string, changed func(h history.History) history.History) history.History {
	h := history.History{{Kind: history.Mark, Name: history.LoadStart}}
	add := func(more ...history.Event) { h = append(h, more...) }
	add(op("a", writing, "", 1*ms, 1*ms)[0],
		effect(database.Committed, "a", 1, 2*ms), effect(database.Applied, "a", 1, 3*ms))
	add(op("a", writing, "", 1*ms, 4*ms)[1])
	add(op("b", writing, "", 5*ms, 5*ms)[0],
		effect(database.Committed, "b", 2, 6*ms), effect(database.Applied, "b", 2, 7*ms))
	add(op("b", writing, "", 5*ms, 8*ms)[1])
	add(op("r", reading, reads[0], 9*ms, 10*ms)...)
	add(op("s", reading, reads[1], 11*ms, 12*ms)...)
	add(history.Event{Kind: history.Mark, Name: history.LoadEnd, At: 20 * ms},
		history.Event{Kind: history.Mark, Name: history.Drained, At: 20 * ms},
		effect(kept, "a", 1, 21*ms), effect(kept, "b", 2, 21*ms))
	if changed != nil {
		return changed(h)
	}
	return h
}

// without leaves out an effect of an operation.
func without(name, id string) func(history.History) history.History {
	return func(h history.History) (rest history.History) {
		for _, e := range h {
			if e.Name != name || e.Op != id || e.Kind != history.Effect {
				rest = append(rest, e)
			}
		}
		return rest
	}
}

func TestChecks(t *testing.T) {
	const holds, violated, unknown = invariant.Holds, invariant.Violated, invariant.Unknown
	fresh := [2]string{"b", "b"}
	for name, c := range map[string]struct {
		h    history.History
		inv  invariant.Invariant
		want invariant.Status
	}{
		"reads see what was written":   {story(fresh, nil), ownWrites, holds},
		"a read misses its user's":     {story([2]string{"a", "b"}, nil), ownWrites, violated},
		"reads go forward":             {story([2]string{"a", "b"}, nil), monotonic, holds},
		"a read goes back":             {story([2]string{"b", "a"}, nil), monotonic, violated},
		"a read goes back to nothing":  {story([2]string{"a", ""}, nil), monotonic, violated},
		"all is kept":                  {story(fresh, nil), durability, holds},
		"a write is lost":              {story(fresh, without(kept, "a")), durability, violated},
		"no audit":                     {story(fresh, nil)[:14], durability, unknown},
		"a replica had it first":       {story(fresh, nil), replicated, holds},
		"no replica ever had it":       {story(fresh, without(database.Applied, "b")), replicated, violated},
		"each has its place":           {story(fresh, nil), oneHistory, holds},
		"two primaries give one place": {story(fresh, twice), oneHistory, violated},
	} {
		if f := c.inv.Of(c.h); f.Status != c.want {
			t.Errorf("%s: %s is %s, want %s: %s", name, c.inv.Name, f.Status, c.want, f.Evidence)
		}
	}
}

// twice has another primary commit "b" where "a" is.
func twice(h history.History) history.History {
	for n := range h {
		if h[n].Name == database.Committed && h[n].Op == "b" {
			h[n].N = 1
		}
	}
	return h
}
