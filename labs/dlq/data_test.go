package dlq

import (
	"slices"
	"testing"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/labtest"
)

// What the intake can tell it refuses, and says so; that orders change places is nothing to a queue.
// No design loses any.
func TestDataFaults(t *testing.T) {
	for _, c := range labtest.Schedule(t, Lab,
		"reorder=6@400ms..1400ms; oversize=6@400ms..1400ms; corrupt=6@400ms..1400ms") {
		labtest.Found(t, c, map[string]invariant.Status{
			progress.Name: invariant.Holds, receives.Name: invariant.Holds, conservation.Name: invariant.Holds,
			exactlyOnce.Name: invariant.Holds,
		})
		set, err := history.Operations(c.History)
		if err != nil {
			t.Fatal(err)
		}
		refused, overtaken := map[string]int{}, 0
		for n, o := range set.All {
			switch taint := o.Invoke.Value; {
			case taint == "reorder" && n+1 < len(set.All) && set.All[n+1].Finish < o.Finish:
				overtaken++
			case taint == "reorder" || !slices.Contains(fault.Taints(), fault.Taint(taint)): // a sound one has its own value
			case o.Outcome() == history.OK:
				t.Errorf("%s: %s is %s and was accepted", c.Design, o.Invoke.Op, taint)
			case o.Outcome() == history.Failed:
				refused[taint]++
			}
		}
		if overtaken == 0 || refused["oversize"] == 0 || refused["corrupt"] == 0 {
			t.Errorf("%s: %d overtaken, refused %v", c.Design, overtaken, refused)
		}
	}
}

// One seed spoils the same orders in every design.
func TestDataFaultsHitTheSameInEveryDesign(t *testing.T) {
	labtest.SameTainted(t, labtest.Schedule(t, Lab,
		"reorder=6@400ms..1400ms; oversize=6@400ms..1400ms; corrupt=6@400ms..1400ms; duplicate=6@400ms..1400ms"))
}
