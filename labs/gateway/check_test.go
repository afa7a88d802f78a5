package gateway

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// story is a history written by hand: 30 rounds of three checkouts and a profile before, during and after
// the fault.
type story struct {
	calls             int  // to inventory, of a checkout that is sent while the fault is on
	down, stays, wide bool // checkouts fail during the fault; after it; and profiles with them
}

func (s story) history() history.History {
	var h history.History
	add := func(at float64, e history.Event) {
		e.At = time.Duration(at * float64(time.Second))
		h = append(h, e)
	}
	add(0, history.Event{Kind: history.Mark, Name: history.LoadStart})
	for phase, mark := range []string{"", history.FaultInjected, history.FaultReverted} {
		if mark != "" {
			add(float64(phase), history.Event{Kind: history.Mark, Name: mark})
		}
		for n := range 30 * 4 {
			id, at := fmt.Sprintf("request-%d-%d", phase, n), float64(phase)+float64(n+1)/1000
			route := checkout
			if n%4 == 0 {
				route = profile
			}
			add(at, history.Event{Kind: history.Invoke, Op: id, Name: route})
			end := history.OK
			if s.down && phase == 1 || s.stays && phase == 2 {
				end = history.Unknown
			}
			if route == profile && !s.wide {
				end = history.OK
			}
			if route != profile {
				calls := 1
				if phase == 1 {
					calls = s.calls
				}
				for try := range calls {
					if try%9 == 0 {
						add(at, history.Event{Kind: history.Effect, Name: call, Op: id, Key: "checkout"})
					}
					if try%3 == 0 {
						add(at, history.Event{Kind: history.Effect, Name: call, Op: id, Key: "pricing"})
					}
					add(at, history.Event{Kind: history.Effect, Name: call, Op: id, Key: "inventory"})
				}
			}
			add(at+0.0001, history.Event{Kind: end, Op: id, Name: route})
		}
	}
	add(4, history.Event{Kind: history.Mark, Name: history.LoadEnd})
	return h
}

func TestCheckers(t *testing.T) {
	const holds, violated = invariant.Holds, invariant.Violated
	for _, c := range []struct {
		name                                    string
		story                                   story
		amplified, storm, bystander, recovering invariant.Status
		says                                    string // in one of the evidences
	}{
		{"all is well", story{calls: 1}, holds, violated, holds, holds, "before 1.00 × (90 for 90), during 1.00 ×"},
		{"a storm", story{calls: 27, down: true, stays: true, wide: true}, violated, holds, violated, violated,
			"3.0 × 3.0 × 3.0 = 27, predicted 3^3 = 27"},
		{"a storm that ends", story{calls: 27, down: true}, violated, holds, holds, holds, "0 µs after the revert"},
		{"a circuit that opens", story{down: true}, holds, invariant.Unknown, holds, holds, "during 0.00 ×"},
		{"half of the time", story{calls: 1, down: true, wide: true}, holds, violated, holds, holds,
			"profiles: 30 of 60"},
		{"two layers", story{calls: 9, down: true}, violated, violated, holds, holds,
			"3.0 × 3.0 = 9, predicted 3^3 = 27"},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, said := c.story.history(), ""
			for _, check := range []struct {
				inv  invariant.Invariant
				want invariant.Status
			}{
				{amplification, c.amplified}, {retryStorm, c.storm},
				{bystanders, c.bystander}, {recovery, c.recovering},
			} {
				f := check.inv.Of(h)
				if f.Status != check.want {
					t.Errorf("%s: %s (%s), want %s", check.inv.Name, f.Status, f.Evidence, check.want)
				}
				said += f.Evidence + "\n"
			}
			if !strings.Contains(said, c.says) {
				t.Errorf("%q is not said in\n%s", c.says, said)
			}
			if p := picture(h, 120); strings.Count(p, "\n") != 4 {
				t.Errorf("a picture of other than 4 rows:\n%s", p)
			}
		})
	}
}

// What does not say enough is unknown, never a pass.
func TestCheckersDoNotGuess(t *testing.T) {
	var noFault history.History
	for _, e := range (story{calls: 1}).history() {
		if e.Name != history.FaultInjected {
			noFault = append(noFault, e)
		}
	}
	marks := history.History{
		{Kind: history.Mark, Name: history.LoadStart}, {Kind: history.Mark, Name: history.FaultInjected, At: 1},
		{Kind: history.Mark, Name: history.FaultReverted, At: 2}, {Kind: history.Mark, Name: history.LoadEnd, At: 3},
	}
	for name, h := range map[string]history.History{"empty": nil, "no fault": noFault, "no requests": marks} {
		for _, inv := range []invariant.Invariant{retryStorm, bystanders} {
			if f := inv.Of(h); f.Status != invariant.Unknown {
				t.Errorf("%s of a history with %s: %s", inv.Name, name, f.Status)
			}
		}
		if picture(h, 120) == "" {
			t.Errorf("no word on a history with %s", name)
		}
	}
}
