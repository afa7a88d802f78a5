package saga

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// trips is a history of accepted trips with these effects of each: "name:key" or, of an outcome, "settled:value".
func trips(effects ...[]string) history.History {
	h := history.History{{Kind: history.Mark, Name: history.LoadStart}}
	for n, of := range effects {
		id := string(rune('a' + n))
		h = append(h, history.Event{Kind: history.Invoke, Op: id, Name: "trip"},
			history.Event{Kind: history.OK, Op: id, Name: "trip"})
		for _, text := range of {
			e := history.Event{Kind: history.Effect, Op: id}
			e.Name, e.Key, _ = strings.Cut(text, ":")
			if e.Name == settled {
				e.Key, e.Value = "", e.Key
			}
			h = append(h, e)
		}
	}
	return append(h, history.Event{Kind: history.Mark, Name: history.LoadEnd},
		history.Event{Kind: history.Mark, Name: history.Drained})
}

var (
	whole  = []string{"booked:flight", "booked:hotel", "booked:car", "settled:booked"}
	undone = []string{"booked:flight", "refused:hotel", "released:flight", "settled:refused"}
	left   = []string{"risked:hotel", "booked:flight", "refused:hotel", "settled:refused"}
)

func TestChecks(t *testing.T) {
	const holds, violated, unknown = invariant.Holds, invariant.Violated, invariant.Unknown
	type all = map[string]invariant.Status
	for name, c := range map[string]struct {
		h    history.History
		want all // the others hold
	}{
		"booked or undone": {trips(whole, undone), nil},
		"half-booked":      {trips(whole, left, left, left), all{"all-or-nothing": violated, "compensations": violated}},
		"half-booked, and nobody refused": {
			trips(whole, whole[:1:1]), all{"all-or-nothing": violated, "conservation": violated, "half-booked": violated},
		},
		"booked twice":         {trips(append(whole[:4:4], "booked:car")), all{"booked-once": violated}},
		"undone for no reason": {trips([]string{"settled:refused"}), all{"refused-for-want-of-room": violated}},
		"released unasked": {
			trips(append(whole[:3:3], "released:flight", "released:hotel", "released:car")),
			all{"conservation": violated, "compensations": violated},
		},
		"the outcome lies": {
			trips(append(undone[:3:3], "settled:booked")),
			all{"all-or-nothing": violated, "half-booked": violated, "refused-for-want-of-room": violated},
		},
		"stuck": {trips(whole, nil), all{"conservation": violated}},
		"nothing happened": {
			trips(), all{"all-or-nothing": unknown, "booked-once": unknown, "conservation": unknown},
		},
	} {
		for _, inv := range Lab.Invariants {
			want, told := c.want[inv.Name]
			if !told {
				want = holds
			}
			if f := inv.Of(c.h); f.Status != want {
				t.Errorf("%s: %s is %s, want %s: %s", name, inv.Name, f.Status, want, f.Evidence)
			}
		}
	}
}
