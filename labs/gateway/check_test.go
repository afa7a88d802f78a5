package gateway

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

// story is a history written by hand: 120 rounds of three checkouts and a profile before, during and after the fault,
// a second each.
type story struct {
	calls             int  // to inventory, of a checkout that is sent while the fault is on
	down, stays, wide bool // checkouts fail during the fault; after it; and profiles with them
	early             bool // checkouts fail before the fault
	shard             bool // only those fail that are for a product of the lost shard
	slow              bool // checkouts take 200 ms before the fault
	more              int  // checkouts sent while the fault is on that cause another call
	late              int  // requests that inventory begins after their end
}

const rounds = 120

func (s story) history() history.History {
	var h history.History
	add := func(at float64, e history.Event) {
		e.At = time.Duration(at * float64(time.Second))
		h = append(h, e)
	}
	add(0, history.Event{Kind: history.Mark, Name: history.LoadStart})
	for phase, mark := range []string{"", history.FaultInjected, history.FaultReverted} {
		begin := float64(phase) * 10
		if mark != "" {
			add(begin, history.Event{Kind: history.Mark, Name: mark})
		}
		for n := range rounds * 4 {
			id, at, product := fmt.Sprintf("request-%d-%d", phase, n), begin+float64(n+1)/50, fmt.Sprintf("k%d", n/4)
			route := checkout
			if n%4 == 0 {
				route = profile
			}
			add(at, history.Event{Kind: history.Invoke, Op: id, Name: route, Key: product})
			bad := s.early && phase == 0 || s.down && phase == 1 || s.stays && phase == 2
			bad = bad && (route == checkout || s.wide) && (!s.shard || onLostShard(product))
			end, calls, took := history.OK, 1, 0.0001
			if bad {
				end, took = history.Unknown, 0.002
			}
			if phase == 1 && (bad || !s.down) {
				calls = s.calls
			}
			if phase == 1 && n < 4*s.more && n%4 == 1 {
				calls++
			}
			if s.slow && phase == 0 && route == checkout {
				took = 0.2
			}
			if route == checkout {
				s.call(add, at, id, calls, bad)
			}
			add(at+took, history.Event{Kind: end, Op: id, Name: route})
			if route == checkout && phase == 1 && n < 4*s.late && n%4 == 1 {
				add(at+took+0.0001, history.Event{Kind: history.Effect, Name: began, Op: id})
			}
		}
	}
	add(30, history.Event{Kind: history.Mark, Name: history.LoadEnd})
	return h
}

// call adds the calls of a checkout, three of each layer to the next.
func (s story) call(add func(float64, history.Event), at float64, id string, calls int, bad bool) {
	add(at, history.Event{Kind: history.Effect, Name: began, Op: id})
	for try := range calls {
		for layer, each := range [layers]int{9, 3, 1} {
			if try%each != 0 {
				continue
			}
			add(at, history.Event{Kind: history.Effect, Name: call, Op: id, Key: chain[layer]})
			end := answered
			if bad {
				end = failed
			}
			add(at, history.Event{Kind: history.Effect, Name: end, Op: id, Key: chain[layer]})
		}
		if s.shard && bad {
			add(at, history.Event{Kind: history.Effect, Name: missing, Op: id})
		}
	}
}

func TestCheckers(t *testing.T) {
	all := map[string]invariant.Invariant{}
	for _, inv := range Lab.Invariants {
		all[inv.Name] = inv
	}
	for _, c := range []struct {
		name  string
		story story
		falls string   // the invariants that do
		open  string   // the invariants that say that they can't tell
		says  []string // in the evidence
	}{
		{"all is well", story{calls: 1}, "", "retries^depth",
			[]string{"before 1.00 × (360 for 360), during 1.00 ×", "before the fault: 360 of 360 served"}},
		{"a storm", story{calls: 27, down: true, stays: true, wide: true},
			"load-amplification fail-fast unrelated-routes partial-service recovery", "",
			[]string{"3.0 × 3.0 × 3.0 = 27, predicted 3^3 = 27", "profiles from the fault on: 0 of 240"}},
		{"a storm that ends", story{calls: 27, down: true}, "load-amplification fail-fast partial-service", "",
			[]string{"0 µs after the revert", "9720 failed calls to inventory in a row"}},
		{"a circuit that opens", story{down: true}, "partial-service", "retries^depth", []string{"during 0.00 ×"}},
		{"two tries", story{calls: 18, down: true}, "load-amplification fail-fast partial-service retries^depth", "",
			[]string{"2.0 × 3.0 × 3.0 = 18, predicted 3^3 = 27"}},
		{"a lost shard", story{calls: 1, down: true, shard: true}, "retries^depth", "",
			[]string{"what could be had: 222 of 222 served", "1.0 × 1.0 × 1.0 = 1, predicted"}},
		{"all is refused", story{calls: 1, early: true, down: true, stays: true},
			"fail-fast goodput retries^depth", "partial-service recovery",
			[]string{"before the fault: 0 of 360 served", "no operation was served before"}},
		{"slow before the fault", story{calls: 1, slow: true}, "goodput", "retries^depth", nil},
		{"as many retries as the budget has", story{calls: 1, more: 37}, "", "retries^depth", nil},
		{"one retry more", story{calls: 1, more: 38}, "load-amplification", "retries^depth", nil},
		{"begun late", story{calls: 1, late: 1}, "wasted-work", "retries^depth", []string{"1 of 1081 = 1, predicted 0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h, said := c.story.history(), ""
			for name, inv := range all {
				want := invariant.Holds
				switch {
				case slices.Contains(strings.Fields(c.falls), name):
					want = invariant.Violated
				case slices.Contains(strings.Fields(c.open), name):
					want = invariant.Unknown
				}
				f := inv.Of(h)
				if f.Status != want {
					t.Errorf("%s: %s (%s), want %s", name, f.Status, f.Evidence, want)
				}
				said += f.Evidence + "\n"
			}
			for _, says := range c.says {
				if !strings.Contains(said, says) {
					t.Errorf("%q is not said in\n%s", says, said)
				}
			}
			if p := picture(h, 120); strings.Count(p, "\n") != 4 {
				t.Errorf("a picture of other than 4 rows:\n%s", p)
			}
		})
	}
}

// Erlang's loss formula: known values, and all that is too much is lost.
func TestBlocked(t *testing.T) {
	for _, c := range []struct {
		load           float64
		workers, queue int
		want           float64
	}{{1, 1, 0, 0.5}, {2, 2, 0, 0.4}, {1, 1, 1, 1.0 / 3}, {0, 4, 4, 0}, {400, 4, 4, 0.99}} {
		if got := blocked(c.load, c.workers, c.queue); math.Abs(got-c.want) > 1e-4 {
			t.Errorf("a load of %g on %d workers and %d places loses %.4f, want %.4f", c.load, c.workers, c.queue, got, c.want)
		}
	}
}

// At a load at which a broken design does no harm, that it does none is no proof of anything.
func TestALoadThatProvesNothing(t *testing.T) {
	h := story{calls: 27, down: true, late: 1}.history()
	for i := range h {
		h[i].At *= 100
	}
	for _, inv := range []invariant.Invariant{bystanders, recovery} {
		if f := inv.Of(h); f.Status != invariant.Unknown {
			t.Errorf("%s at a hundredth of the load: %s (%s)", inv.Name, f.Status, f.Evidence)
		}
	}
	h = story{calls: 1, early: true}.history()
	for i := range h {
		h[i].At /= 10
	}
	if f := goodput.Of(h); f.Status != invariant.Unknown {
		t.Errorf("at more than the mesh is planned for: %s (%s)", f.Status, f.Evidence)
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
		for _, inv := range []invariant.Invariant{retryStorm, bystanders, failFast, partial} {
			if f := inv.Of(h); f.Status != invariant.Unknown {
				t.Errorf("%s of a history with %s: %s", inv.Name, name, f.Status)
			}
		}
		if picture(h, 120) == "" {
			t.Errorf("no word on a history with %s", name)
		}
	}
}
