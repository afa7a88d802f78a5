package stream

import (
	"slices"
	"testing"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/labtest"
)

// What the intake can tell it refuses, and says so. A movement that is sent after the next one of its
// account comes after it in the journal as well; since the client sent that before it had an answer to
// the first, no order was promised. No design loses any.
func TestDataFaults(t *testing.T) {
	sound := map[string]invariant.Status{}
	for _, inv := range []invariant.Invariant{progress, lag, conservation, exactlyOnce, order} {
		sound[inv.Name] = invariant.Holds
	}
	for _, c := range labtest.Schedule(t, Lab, "reorder=4@500ms..2s; oversize=6@500ms..2s; corrupt=6@500ms..2s") {
		labtest.Found(t, c, sound)
		set, err := history.Operations(c.History)
		if err != nil {
			t.Fatal(err)
		}
		journal := map[string]int{} // where in its account's journal a movement is
		for n, e := range c.History {
			if e.Kind == history.Effect && e.Name == done {
				journal[e.Op] = n
			}
		}
		refused, swapped := map[string]int{}, 0
		held := map[string]string{} // by account, the reordered movement that the next one overtakes
		for _, o := range set.All {
			taint, account := o.Invoke.Value, o.Invoke.Key
			before := held[account]
			if before != "" && o.Outcome() == history.OK && journal[o.Invoke.Op] < journal[before] {
				swapped++
			}
			delete(held, account)
			switch {
			case taint == "reorder":
				held[account] = o.Invoke.Op
			case !slices.Contains(fault.Taints(), fault.Taint(taint)): // a sound one has its own value
			case o.Outcome() == history.OK:
				t.Errorf("%s: %s is %s and was accepted", c.Design, o.Invoke.Op, taint)
			case o.Outcome() == history.Failed:
				refused[taint]++
			}
		}
		if swapped == 0 || refused["oversize"] == 0 || refused["corrupt"] == 0 {
			t.Errorf("%s: %d swapped, refused %v", c.Design, swapped, refused)
		}
	}
}

// One seed spoils the same movements in every design.
func TestDataFaultsHitTheSameInEveryDesign(t *testing.T) {
	labtest.SameTainted(t, labtest.Schedule(t, Lab,
		"reorder=4@500ms..2s; oversize=6@500ms..2s; corrupt=6@500ms..2s; duplicate=6@500ms..2s"))
}
