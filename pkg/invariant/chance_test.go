package invariant

import (
	"testing"

	"github.com/crashlab/crashlab/pkg/history"
)

func TestUnlucky(t *testing.T) {
	for _, c := range []struct {
		n, most int
		p       float64
	}{
		{10, 2, 0.01}, {100, 5, 0.01}, {1000, 21, 0.01}, {100, 65, 0.5}, {3, 3, 0.9}, {2000, 1858, 0.91}, {0, 0, 0.5}, {9, 0,
			0},
	} {
		if got := Unlucky(c.n, c.p); got != c.most {
			t.Errorf("of %d at %g each at most %d fail, want %d", c.n, c.p, got, c.most)
		}
	}
}

func TestUnless(t *testing.T) {
	h := history.History{{Kind: history.Mark, Name: history.Drained}}
	doubt := func(_ *View, found Status) string {
		if found == Holds {
			return "anything would"
		}
		return ""
	}
	for status, want := range map[Status]Finding{
		Holds: Undecided("said; anything would"), Violated: Found(false, "said"), Unknown: Undecided("said"),
	} {
		inv := Invariant{Check: func(*View) Finding { return Finding{Status: status, Evidence: "said"} }}
		if got := inv.Unless(doubt).Of(h); got.Status != want.Status || got.Evidence != want.Evidence {
			t.Errorf("%s: %+v, want %+v", status, got, want)
		}
	}
}
