package s3consistency

import (
	"fmt"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// effect returns an effect during the fault.
func effect(name, key, value string, n int64) history.Event {
	return history.Event{Kind: history.Effect, At: time.Second, Name: name, Key: key, Value: value, N: n}
}

// story is a history of publishes of one manifest while a fault acts, from 0 s to 2 s. Each is blind for so long. The
// first ones are not in the manifest in the end.
func story(publishes, gone int, blind time.Duration, others ...history.Event) history.History {
	h := history.History{
		{Kind: history.Mark, Name: history.LoadStart},
		{Kind: history.Mark, Name: history.FaultInjected},
	}
	for n := range publishes {
		id, at := fmt.Sprintf("p-%d", n), time.Duration(n)*time.Millisecond
		h = append(h,
			history.Event{Kind: history.Invoke, Op: id, Name: publishing, Key: "k", At: at},
			history.Event{Kind: history.Effect, Op: id, Name: wrote, Key: "k", Value: id, N: blind.Microseconds(), At: at},
			history.Event{Kind: history.OK, Op: id, Name: publishing, Key: "k", At: at})
		if n >= gone {
			h = append(h, history.Event{Kind: history.Effect, Op: id, Name: listed, Key: "k", At: at})
		}
	}
	h = append(h, others...)
	return append(h,
		history.Event{Kind: history.Mark, Name: history.FaultReverted, At: 2 * time.Second},
		history.Event{Kind: history.Mark, Name: history.LoadEnd, At: 3 * time.Second},
		history.Event{Kind: history.Mark, Name: history.Drained, At: 4 * time.Second})
}

func TestChecks(t *testing.T) {
	const holds, violated, unknown = invariant.Holds, invariant.Violated, invariant.Unknown
	const part, file = partSize, fileSize
	for name, c := range map[string]struct {
		h    history.History
		inv  invariant.Invariant
		want invariant.Status
	}{
		// 100 of 20 ms in 2 s: a = 1, so that 50 are lost, ± 3 × √(100/8) = 11
		"half is lost":              {story(100, 50, 20*time.Millisecond), lost, holds},
		"within the spread":         {story(100, 40, 20*time.Millisecond), lost, holds},
		"fewer than the spread":     {story(100, 38, 20*time.Millisecond), lost, violated},
		"more than the spread":      {story(100, 62, 20*time.Millisecond), lost, violated},
		"conditional, nothing lost": {story(100, 0, 0), lost, holds},
		"conditional, one lost":     {story(100, 1, 0), lost, violated},

		"one refused, by a winner": {story(3, 0, 0, effect(refused, "k", "p-1", 0)), winners, holds},
		"refused without a winner": {story(3, 0, 0, effect(refused, "k", "p-9", 0)), winners, violated},
		"two winners":              {story(3, 0, 0, effect(wrote, "k", "p-1", 0)), winners, violated},
		"of another manifest":      {story(3, 0, 0, effect(wrote, "l", "p-1", 0)), winners, holds},

		"no file":               {story(1, 0, 0), whole, unknown},
		"a whole file":          {story(1, 0, 0, effect(named, "f", "", file)), whole, holds},
		"a file without a part": {story(1, 0, 0, effect(named, "f", "", file-part)), whole, violated},

		"sent once": {story(1, 0, 0, effect(sent, "f", "", file), effect(named, "f", "", file)), resent, holds},
		"twice, without a cut": {
			story(1, 0, 0, effect(sent, "f", "", 2*file), effect(named, "f", "", file)), resent, violated,
		},
		"a part sent again":   {resending(part), resent, holds},
		"more than a part":    {resending(part + 1), resent, violated},
		"of an unnamed file":  {story(1, 0, 0, effect(sent, "f", cut, 2*file)), resent, holds},
		"nothing is left":     {story(1, 0, 0), orphans, holds},
		"an upload is left":   {story(1, 0, 0, effect(orphan, "f", "", 0)), orphans, violated},
		"it may still be":     {unfinished(story(1, 0, 0, effect(orphan, "f", "", 0))), orphans, unknown},
		"a list read in full": {reads("2 p-1"), linearizable, holds},
		"one without a write": {reads("1 p-1"), linearizable, violated},
		"one of before":       {reads("1 p-0"), linearizable, violated},
		"an empty one":        {reads(""), linearizable, violated},
		"a longer one":        {reads("3 p-1"), linearizable, violated},
		"a publish is lost":   {story(2, 1, 0), linearizable, violated},
		"the audit is absent": {unfinished(reads("2 p-1")), linearizable, unknown},
	} {
		if f := c.inv.Of(c.h); f.Status != c.want {
			t.Errorf("%s: %s is %s, want %s: %s", name, c.inv.Name, f.Status, c.want, f.Evidence)
		}
	}
}

// resending is a history in which so many bytes of a file are sent over a connection that is cut, and then all.
func resending(n int64) history.History {
	return story(1, 0, 0, effect(sent, "f", cut, n), effect(sent, "f", "", fileSize), effect(named, "f", "", fileSize))
}

// unfinished returns a history without its end.
func unfinished(h history.History) history.History { return h[:len(h)-1] }

// reads is a history in which somebody reads a manifest after two publishes.
func reads(value string) history.History {
	return story(2, 0, 0,
		history.Event{Kind: history.Invoke, Op: "r", Name: reading, Key: "k", At: time.Second},
		history.Event{Kind: history.OK, Op: "r", Name: reading, Key: "k", Value: value, At: time.Second})
}
