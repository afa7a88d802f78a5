package cells

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/draw"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// story is a history written by hand: 56 tenants, each asking twice before, during and after the fault,
// beginning with each of its cells in turn.
type story struct {
	cells  int
	homes  []home
	dies   []string                      // the cells that fail while the fault is on
	took   func(invariant.Phase) float64 // milliseconds from a request to its answer, and until its event is processed
	unseen string                        // the tenant that does not ask while the fault is on; "*": none does
	alone  bool                          // nobody is asked but the first
}

func (s story) history() history.History {
	var h history.History
	add := func(at float64, e history.Event) {
		e.At = time.Duration(at * float64(time.Second))
		h = append(h, e)
	}
	for _, home := range s.homes {
		add(-1, history.Event{Kind: history.Effect, Name: placed, Key: home.Tenant,
			Value: strings.Join(home.Cells, " "), N: int64(s.cells)})
	}
	add(0, history.Event{Kind: history.Mark, Name: history.LoadStart})
	for phase, name := range []string{"", history.FaultInjected, history.FaultReverted} {
		if name != "" {
			add(float64(phase)-0.01, history.Event{Kind: history.Mark, Name: name})
		}
		for n := range 2 * tenantCount {
			tenant, cells := s.homes[n/2].Tenant, s.homes[n/2].Cells
			during := phase == int(during)
			if during && (s.unseen == tenant || s.unseen == "*") {
				continue
			}
			id, at := fmt.Sprintf("event-%d-%d", phase, n), float64(phase)+float64(n)/1000
			add(at, history.Event{Kind: history.Invoke, Op: id, Key: tenant})
			end := history.Unknown
			for try := range cells {
				c := cells[(n+try)%len(cells)]
				outcome := served
				if during && slices.Contains(s.dies, c) {
					outcome = failed
				}
				add(at, history.Event{Kind: history.Effect, Name: outcome, Op: id, Key: c})
				if outcome == served {
					end = history.OK
				}
				if outcome == served || s.alone {
					break
				}
			}
			add(at+s.took(invariant.Phase(phase))/1000, history.Event{Kind: end, Op: id, Key: tenant})
			if end == history.OK {
				add(at+s.took(invariant.Phase(phase))/1000, history.Event{Kind: history.Effect, Name: processed, Op: id})
			}
		}
	}
	add(3, history.Event{Kind: history.Mark, Name: history.LoadEnd})
	return h
}

func quick(invariant.Phase) float64 { return 1 }

func TestCheckers(t *testing.T) {
	const holds, violated, unknown = invariant.Holds, invariant.Violated, invariant.Unknown
	one, each := place(tenants(), combinations(1, 1), 1), place(tenants(), combinations(cellCount, 1), 1)
	two := place(tenants(), combinations(cellCount, shardSize), 1)
	same := slices.Clone(two)
	for n := range same {
		same[n].Cells = two[0].Cells
	}
	slow := func(in invariant.Phase) func(invariant.Phase) float64 {
		return func(p invariant.Phase) float64 {
			if p == in {
				return 900
			}
			return 1
		}
	}
	for _, c := range []struct {
		name                        string
		story                       story
		radius, overlap, bystanders invariant.Status
		says                        string // in one of the evidences
	}{
		{"shared", story{cells: 1, homes: one, dies: []string{"cell-1"}, took: quick},
			violated, holds, violated, "56 of 56 keys (100.0 %"},
		{"cells", story{cells: cellCount, homes: each, dies: []string{"cell-4"}, took: quick},
			holds, holds, holds, "lost: 7, predicted 1 of 8 cells down: 56 × 1/8 = 7;"},
		{"two cells", story{cells: cellCount, homes: each, dies: []string{"cell-4", "cell-5"}, took: quick},
			violated, holds, violated, "14 of 56 keys"},
		{"shuffle", story{cells: cellCount, homes: two, dies: []string{"cell-4", "cell-6"}, took: quick},
			holds, holds, holds, "56 × 1/28 = 2; tenants with a cell lost and no request: 24, predicted"},
		{"one of two", story{cells: cellCount, homes: two, dies: []string{"cell-4"}, took: quick},
			holds, holds, holds, "no request: 14, predicted 1 of 8 cells down: 56 × 7/28 = 14"},
		{"no second try", story{cells: cellCount, homes: two, dies: []string{"cell-4"}, took: quick, alone: true},
			violated, violated, violated, "14 of 56 keys"},
		{"one shard for all", story{cells: cellCount, homes: same, dies: two[0].Cells, took: quick},
			violated, violated, violated, "lost: 56, predicted 2 of 8 cells down: 56 × 1/28 = 2"},
		{"nothing fails", story{cells: cellCount, homes: each, took: quick},
			holds, holds, holds, "0 of 8 cells down"},
		{"one is not heard",
			story{cells: cellCount, homes: each, dies: each[7].Cells, took: quick, unseen: each[7].Tenant},
			holds, holds, holds, "lost: 6, predicted 1 of 8 cells down: 56 × 1/8 = 7 (or 1 less, which asked"},
		{"all slow", story{cells: cellCount, homes: each, dies: []string{"cell-4"}, took: slow(during)},
			holds, holds, violated, "86 processed after 200 ms, at most 7 (1 % ± chance)"},
		{"slow before", story{cells: cellCount, homes: each, dies: []string{"cell-4"}, took: slow(invariant.Before)},
			holds, holds, holds, "0 processed after"},
		{"nobody asks", story{cells: cellCount, homes: each, took: quick, unseen: "*"},
			unknown, unknown, unknown, "only 0 of 56 tenants"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := c.story.history()
			said := ""
			for _, check := range []struct {
				inv  invariant.Invariant
				want invariant.Status
			}{{blastRadius, c.radius}, {overlap, c.overlap}, {bystanders, c.bystanders}} {
				f := check.inv.Of(h)
				if f.Status != check.want {
					t.Errorf("%s: %s (%s), want %s", check.inv.Name, f.Status, f.Evidence, check.want)
				}
				said += f.Evidence + "\n"
			}
			if !strings.Contains(said, c.says) {
				t.Errorf("%q is not said in\n%s", c.says, said)
			}
		})
	}
}

// What does not say enough is unknown, never a pass.
func TestCheckersDoNotGuess(t *testing.T) {
	whole := story{cells: cellCount, homes: place(tenants(), combinations(cellCount, 1), 1), took: quick}.history()
	var noFault, noPlaces history.History
	for _, e := range whole {
		if e.Name != history.FaultInjected {
			noFault = append(noFault, e)
		}
		if e.Name != placed {
			noPlaces = append(noPlaces, e)
		}
	}
	for name, h := range map[string]history.History{"empty": nil, "no fault": noFault, "no placement": noPlaces} {
		for _, inv := range []invariant.Invariant{overlap, bystanders} {
			if f := inv.Of(h); f.Status != invariant.Unknown {
				t.Errorf("%s of a history with %s: %s", inv.Name, name, f.Status)
			}
		}
		if picture(h, 120) == "" {
			t.Errorf("no word on a history with %s", name)
		}
	}
}

func TestPicture(t *testing.T) {
	each := place(tenants(), combinations(cellCount, 1), 1)
	h := story{cells: cellCount, homes: each, dies: []string{"cell-3"}, took: quick}.history()
	for _, columns := range []int{60, 130} {
		p := picture(h, columns)
		if n := strings.Count(p, "░"); n != 7+1 { // and one in the legend
			t.Errorf("%d columns: %d tenants shown lost, want 7\n%s", columns, n-1, p)
		}
		if share, _, _ := strings.Cut(draw.Figures("12.5 %"), "\n"); !strings.Contains(p, strings.TrimSpace(share)) {
			t.Errorf("%d columns: 7 of 56 are not shown as 12.5 %%\n%s", columns, p)
		}
		for _, row := range strings.Split(p, "\n") {
			if n := len([]rune(row)); n > max(columns, 75) {
				t.Errorf("%d columns: a row has %d: %s", columns, n, row)
			}
		}
	}
}

// At the share busy a wait is too long with little less than the probability that the claim allows.
func TestBusyIsAsMuchAsTheClaimAllows(t *testing.T) {
	late := func(u float64) float64 {
		z := 10. // from above, so that it comes to the solution that is not 1
		for range 1000 {
			z = 1 + math.Log(z)/u
		}
		return math.Exp(-u * perCell * (z - 1) * (inTime - eventWork).Seconds())
	}
	if late(busy) > 1-onTime || late(busy+0.01) < 1-onTime {
		t.Errorf("%.4f are late at %v, %.4f at a hundredth more", late(busy), busy, late(busy+0.01))
	}
}

// What was accepted and is only in a journal has been forgotten; a copy beside what was stored has not.
func TestReadBack(t *testing.T) {
	homes := place(tenants(), combinations(cellCount, 1), 1)
	for _, c := range []struct {
		effects []string
		want    invariant.Status
	}{{nil, invariant.Holds}, {[]string{pending}, invariant.Violated}, {[]string{pending, stored}, invariant.Holds}} {
		h := story{cells: cellCount, homes: homes, took: quick}.history()
		for _, name := range c.effects {
			h = append(h, history.Event{Kind: history.Effect, Name: name, Op: "event-0-3", At: 4 * time.Second})
		}
		if f := readBack.Of(h); f.Status != c.want {
			t.Errorf("%v: %s (%s), want %s", c.effects, f.Status, f.Evidence, c.want)
		}
	}
}
