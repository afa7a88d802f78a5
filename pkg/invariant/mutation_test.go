package invariant

import (
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/crashlab/crashlab/pkg/history"
)

// TestOneFlawInAMillion: one event in a million is wrong, and the checker finds and names it.
func TestOneFlawInAMillion(t *testing.T) {
	events := 1_000_000
	if testing.Short() || raceEnabled {
		events = 20_000
	}
	valid := map[string]history.History{"pipeline": pipeline(events / 6), "reads": reads(events / 2)}
	for _, f := range flaws {
		t.Run(f.name+"/"+f.check.Name, func(t *testing.T) {
			base := valid["pipeline"]
			if f.name == "stale read" {
				base = valid["reads"]
			}
			found(t, f, slices.Clone(base), rand.New(rand.NewPCG(1, 2)))
		})
	}
}

// TestAnyFlawIsFound: the same, for any flaw and any length of the history.
func TestAnyFlawIsFound(t *testing.T) {
	for _, f := range flaws {
		t.Run(f.name+"/"+f.check.Name, func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				n := rapid.IntRange(200, 400).Draw(t, "operations") // two on some key at least, to be swapped
				found(t, f, f.base(n), rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)))
			})
		})
	}
}

func found(t rapid.TB, f flaw, h history.History, r *rand.Rand) {
	if got := f.check.Of(h); got.Status != Holds {
		t.Fatalf("without the flaw: %s %q %q", got.Status, got.Evidence, got.Ops)
	}
	h, culprit := f.plant(h, r)
	if got := f.check.Of(h); got.Status != Violated || !slices.Contains(got.Ops, culprit) {
		t.Fatalf("with it, in %s: %s %q %q", culprit, got.Status, got.Evidence, got.Ops)
	}
}
