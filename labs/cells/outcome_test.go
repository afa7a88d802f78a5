package cells

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// story is a history written by hand: 56 tenants, each asking twice before, during and after the fault,
// beginning with each of its cells in turn.
type story struct {
	cells  int
	where  placement
	dies   []int                     // the cells that fail while the fault is on
	took   func(during bool) float64 // milliseconds that a request takes
	unseen string                    // the tenant that does not ask while the fault is on
	alone  bool                      // nobody is asked but the first
}

func (s story) history() history.History {
	var h history.History
	add := func(at float64, e history.Event) {
		e.At = time.Duration(at * float64(time.Second))
		h = append(h, e)
	}
	for _, tenant := range tenants() {
		var names []string
		for _, c := range s.where[tenant] {
			names = append(names, cellName(c))
		}
		add(-1, history.Event{Kind: history.Effect, Name: placed, Key: tenant, Value: strings.Join(names, " "), N: int64(s.cells)})
	}
	add(0, history.Event{Kind: history.Mark, Name: history.LoadStart})
	for phase, name := range []string{"", history.FaultInjected, history.FaultReverted} {
		if name != "" {
			add(float64(phase)-0.01, history.Event{Kind: history.Mark, Name: name})
		}
		for n := range 2 * tenantCount {
			tenant := tenants()[n/2]
			if phase == during && tenant == s.unseen {
				continue
			}
			id, at := fmt.Sprintf("event-%d-%d", phase, n), float64(phase)+float64(n)/1000
			add(at, history.Event{Kind: history.Invoke, Op: id, Key: tenant})
			end := history.Unknown
			cells := s.where[tenant]
			for try := range cells {
				c := cells[(n+try)%len(cells)]
				outcome := served
				if phase == during && slices.Contains(s.dies, c) {
					outcome = failed
				}
				add(at, history.Event{Kind: history.Effect, Name: attempt, Op: id, Key: cellName(c), Value: outcome})
				if outcome == served {
					end = history.OK
				}
				if outcome == served || s.alone {
					break
				}
			}
			add(at+s.took(phase == during)/1000, history.Event{Kind: end, Op: id, Key: tenant})
		}
	}
	add(3, history.Event{Kind: history.Mark, Name: history.LoadEnd})
	return h
}

func quick(bool) float64 { return 1 }

func TestCheckers(t *testing.T) {
	one := partition(tenants(), 1, 1)
	each := partition(tenants(), cellCount, 1)
	two := shuffleShards(tenants(), cellCount, shardSize, 1)
	slow := func(during bool) float64 {
		if during {
			return 900
		}
		return 1
	}
	for _, c := range []struct {
		name                        string
		story                       story
		radius, overlap, bystanders invariant.Status
		says                        string // in one of the evidences
	}{
		{"shared", story{cells: 1, where: one, dies: []int{0}, took: quick}, violated, holds, violated, "56 of 56 keys (100.0 %"},
		{"cells", story{cells: cellCount, where: each, dies: []int{3}, took: quick}, holds, holds, holds, "7 of 56 = 12.5 %, predicted 1 of 8 cells down: C(1,1)/C(8,1) = 12.5 %"},
		{"two cells", story{cells: cellCount, where: each, dies: []int{3, 4}, took: quick}, violated, holds, violated, "14 of 56 keys"},
		{"shuffle", story{cells: cellCount, where: two, dies: []int{3, 5}, took: quick}, holds, holds, holds, "C(2,2)/C(8,2) = 3.6 % (± 5 %); lost some and were served: 24 of 56 = 42.9 %"},
		{"one of two", story{cells: cellCount, where: two, dies: []int{3}, took: quick}, holds, holds, holds, "0 of 56 = 0.0 %, predicted 1 of 8 cells down: C(1,2)/C(8,2) = 0.0 %"},
		{"no second try", story{cells: cellCount, where: two, dies: []int{3}, took: quick, alone: true}, violated, violated, holds, "14 of 56 keys"},
		{"nothing fails", story{cells: cellCount, where: each, took: quick}, holds, holds, holds, "0 of 8 cells down"},
		{"one does not ask", story{cells: cellCount, where: each, dies: []int{3}, took: quick, unseen: "k7"}, holds, holds, holds, "of 56 keys"},
		{"slow for all", story{cells: cellCount, where: each, dies: []int{3}, took: slow}, holds, holds, violated, "p99 1 ms → 900 ms"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := c.story.history()
			said := ""
			for _, check := range []struct {
				inv  invariant.Invariant
				want invariant.Status
			}{{blastRadius, c.radius}, {overlap(0.05), c.overlap}, {bystanders(cellCount, 1.1, 100*time.Millisecond), c.bystanders}} {
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
	whole := story{cells: cellCount, where: partition(tenants(), cellCount, 1), took: quick}.history()
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
		for _, inv := range []invariant.Invariant{overlap(0.05), bystanders(cellCount, 1.1, time.Second)} {
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
	h := story{cells: cellCount, where: partition(tenants(), cellCount, 1), dies: []int{2}, took: quick}.history()
	for _, columns := range []int{60, 130} {
		p := picture(h, columns)
		if n := strings.Count(p, "░"); n != 7+1 { // and one in the legend
			t.Errorf("%d columns: %d tenants shown lost, want 7\n%s", columns, n-1, p)
		}
		for _, row := range strings.Split(p, "\n") {
			if n := len([]rune(row)); n > max(columns, 75) {
				t.Errorf("%d columns: a row has %d: %s", columns, n, row)
			}
		}
	}
}
