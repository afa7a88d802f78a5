package run

import (
	"testing"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/data"
)

// Of several faults the worst observation counts, wherever it is in the schedule.
func TestOfSeveralFaultsTheWorstCounts(t *testing.T) {
	for _, c := range []struct {
		seen []string
		want string
	}{
		{nil, NoFault},
		{[]string{Installed}, Installed},
		{[]string{Indeterminate}, Indeterminate},
		{[]string{Installed, Indeterminate, Installed}, Indeterminate},
		{[]string{NotInjected, Indeterminate}, NotInjected},
		{[]string{Installed, NotReverted, NotInjected}, NotReverted},
	} {
		x, seen := experiment{}, []sighting(nil)
		for _, state := range c.seen {
			x.plan.Faults = append(x.plan.Faults, fault.Window{Fault: data.Poison{OneIn: 8}})
			seen = append(seen, sighting{state: state, measured: state})
		}
		x.sum(seen)
		if x.result.Fault.State != c.want {
			t.Errorf("%q are %s together, want %s", c.seen, x.result.Fault.State, c.want)
		}
	}
}
