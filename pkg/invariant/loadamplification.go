package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// LoadAmplification holds if the operations of that name (empty: all) cause at most bound effects each
// on average, in each phase of the case: calls to a dependency, attempts. Phases are judged apart,
// because retries that multiply the load for one second of ten would drown in the average. Operations
// of any outcome count: a call that failed was load all the same.
func LoadAmplification(operation, effect string, bound float64) Invariant {
	return Invariant{
		Name:  "load-amplification",
		Claim: fmt.Sprintf("an operation causes at most %g × %s on average, in every phase", bound, effect),
		Check: func(h history.History) Finding {
			set, none := operations(h, operation)
			if set == nil {
				return none
			}
			a := amplification{operation: operation, effect: effect, bound: bound, set: set, phases: phasesOf(h)}
			return a.judge(h)
		},
	}
}

type amplification struct {
	operation, effect string
	bound             float64
	set               *history.OperationSet
	phases            phases
	asked, caused     [len(phaseNames)]int
}

func (a *amplification) judge(h history.History) Finding {
	each := make([]int32, len(a.set.All))
	for o := range named(a.set.All, a.operation) {
		if p := a.phases.of(o.Invoke.At); p != outsideLoad {
			a.asked[p]++
		}
	}
	total := 0
	for i := range h {
		e := &h[i]
		if e.Kind != history.Effect || e.Name != a.effect {
			continue
		}
		// An effect belongs to the phase in which its operation was sent; one that bears no operation
		// is only known to have happened when it did.
		at := e.At
		if e.Op != "" {
			op := a.set.Find(e.Op)
			if op < 0 || !is(&a.set.All[op], a.operation) {
				continue
			}
			each[op]++
			at = a.set.All[op].Invoke.At
		}
		if p := a.phases.of(at); p != outsideLoad {
			total++
			a.caused[p]++
		}
	}
	if total == 0 {
		return unknown("no effect %q", a.effect)
	}
	return a.finding(each)
}

func (a *amplification) finding(each []int32) Finding {
	f := Finding{Status: Holds}
	for p, asked := range a.asked {
		if asked == 0 {
			continue
		}
		ratio := float64(a.caused[p]) / float64(asked)
		if ratio > a.bound {
			f.Status = Violated
		}
		if f.Evidence != "" {
			f.Evidence += ", "
		}
		f.Evidence += fmt.Sprintf("%s %.2f × (%s for %s)", phaseNames[p], ratio, unit.Count(a.caused[p]), unit.Count(asked))
	}
	f.Evidence = fmt.Sprintf("%s an operation: %s, limit %g ×", a.effect, f.Evidence, a.bound)
	if f.Status == Violated {
		var heavy offenders
		for op, n := range each {
			if float64(n) > a.bound {
				heavy.add(a.set.All[op].Invoke.Op)
			}
		}
		f.Ops = heavy.ids
	}
	return f
}
