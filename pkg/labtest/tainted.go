package labtest

import (
	"slices"
	"testing"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/run"
)

// SameTainted fails if the data faults hit no operation of a case, or others than in the first case: which ones
// they hit follows from the seed, whatever the design.
func SameTainted(t *testing.T, cases []run.Case) {
	t.Helper()
	var first []string
	for n, c := range cases {
		var tainted []string
		for _, e := range c.History {
			if e.Kind == history.Invoke && slices.Contains(fault.Taints(), fault.Taint(e.Value)) {
				tainted = append(tainted, e.Op+" "+e.Value)
			}
		}
		if n == 0 {
			first = tainted
		}
		if len(tainted) == 0 || !slices.Equal(tainted, first) {
			t.Errorf("%s: the data faults hit %v, in %s %v", c.Design, tainted, cases[0].Design, first)
		}
	}
}
