package hunt

import (
	"fmt"
	"testing"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/run"
)

// Random schedules are judged by safety invariants that hold under every fault with an expectation for them.
func TestClaims(t *testing.T) {
	l := spec()
	for design, want := range map[string]string{"broken": "map[order:true]", "sound": "map[loss:true]"} {
		d, _ := l.Design(design)
		if got := fmt.Sprint(Claims(l, d)); got != want {
			t.Errorf("%s claims %s, want %s", design, got, want)
		}
	}
}

func TestContradictions(t *testing.T) {
	lost := []run.Judgement{{Name: "speed", Got: violated}, {Name: "loss", Got: violated}}
	for name, c := range map[string]struct {
		weather bool
		change  func(*run.Case)
		want    int
		told    bool
	}{
		"as expected": {false, func(*run.Case) {}, 0, true},
		"unknown": {false, func(c *run.Case) {
			c.Verdict, c.Invariants[0].Got = run.Unknown, violated
		}, 0, false},
		"a failure": {false, func(c *run.Case) {
			c.Verdict, c.Invariants[0].Got = run.Fail, violated
		}, 1, true},
		"a failure beside silence": {false, func(c *run.Case) {
			c.Verdict, c.Invariants[0].Got = run.Fail, "unknown"
		}, 0, true},
		"weather":              {true, func(c *run.Case) { c.Verdict = run.Unknown }, 0, true},
		"weather, loss":        {true, func(c *run.Case) { c.Invariants = lost }, 1, true},
		"weather, silence":     {true, func(c *run.Case) { c.Invariants[0].Got = "unknown" }, 0, false},
		"weather, slow":        {true, func(c *run.Case) { c.Invariants = lost[:1] }, 0, false},
		"weather, not counted": {true, func(c *run.Case) { c.Invariants, c.Uncounted = lost, "audit" }, 0, false},
		"weather, not injected": {true, func(c *run.Case) {
			c.Invariants, c.Fault.State = lost, run.NotInjected
		}, 0, false},
		"weather, not seen to act": {true, func(c *run.Case) {
			c.Invariants, c.Fault.State = lost, run.Indeterminate
		}, 1, true},
	} {
		one := plain("sound")
		c.change(&one)
		found, told := contradictions(spec(), Trial{Weather: c.weather}, &run.Result{Cases: []run.Case{one}})
		if len(found) != c.want || told != c.told {
			t.Errorf("%s: found %v, told %v", name, found, told)
		}
		for _, f := range found {
			if f.Expected != holds || f.Got != violated || f.Name != "loss" {
				t.Errorf("%s: %+v", name, f)
			}
		}
	}
}

// Under random schedules a design does not claim what it breaks under one of the lab's faults, what is not
// safety, or what has no expectation.
func TestABrokenInvariantIsNotClaimed(t *testing.T) {
	once, nobodys := invariant.Invariant{Name: "broken once", Safety: true}, invariant.Invariant{
		Name: "nobody's", Safety: true,
	}
	d := lab.Design{Name: "d"}
	l := lab.Spec{
		Invariants: []invariant.Invariant{{Name: "kept", Safety: true}, once, {Name: "fast"}, nobodys},
		Designs:    []lab.Design{d}, Faults: []lab.Fault{{Name: "a"}, {Name: "b"}},
		Expect: lab.Expectations{
			"a": {"d": lab.NotJudged("of no interest", nobodys)},
			"b": {"d": lab.Violated(once).Except(lab.NotJudged("of no interest", nobodys))},
		},
	}
	if got := Claims(l, d); len(got) != 1 || !got["kept"] {
		t.Errorf("claims %v, want kept alone", got)
	}
}
