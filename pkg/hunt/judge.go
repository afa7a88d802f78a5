package hunt

import (
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/run"
)

// Claims returns the invariants that random schedules must not break in a design: the safety invariants that
// it is expected to keep under every fault of the lab with an expectation for them, at least one.
func Claims(l lab.Spec, d lab.Design) map[string]bool {
	claims := map[string]bool{}
	for _, inv := range l.Invariants {
		kept, broken := 0, 0
		for _, f := range l.Faults {
			e, ok := l.Expected(f.Name, d.Name)
			if !ok {
				continue
			}
			switch expected, _ := e.Of(inv.Name); expected {
			case invariant.Holds:
				kept++
			case invariant.Violated:
				broken++
			}
		}
		if inv.Safety && kept > 0 && broken == 0 {
			claims[inv.Name] = true
		}
	}
	return claims
}

// contradiction is a judgment that differs from the lab's declaration.
type contradiction struct {
	design string
	run.Judgement
}

// contradictions returns a result's contradictions to the lab, and whether it says anything: a case that
// could not be counted, or whose fault could not be injected, does not.
func contradictions(l lab.Spec, t Trial, r *run.Result) (found []contradiction, told bool) {
	for _, c := range r.Cases {
		if !t.Weather {
			told = told || c.Verdict != run.Unknown
			if c.Verdict != run.Fail {
				continue
			}
			for _, j := range c.Invariants {
				if j.Got != j.Expected && j.Got != invariant.Unknown {
					found = append(found, contradiction{c.Design, j})
				}
			}
			continue
		}
		d, _ := l.Design(c.Design)
		claims := Claims(l, d)
		if c.Uncounted != "" || c.Fault.State == run.NotInjected || c.Fault.State == run.NotReverted {
			continue
		}
		for _, j := range c.Invariants {
			if !claims[j.Name] || j.Got == invariant.Unknown {
				continue
			}
			told = true
			if j.Got == invariant.Violated {
				j.Expected = invariant.Holds
				found = append(found, contradiction{c.Design, j})
			}
		}
	}
	return found, told
}
