package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Loss holds if no accepted operation of f was lost on a branch: it is done, parked or in flight. Unlike
// [Conservation], it accepts effects of operations that were never sent.
func Loss(f Flow) Invariant {
	return Invariant{
		Name:       "loss",
		Claim:      "no operation that was accepted vanishes",
		Safety:     true,
		registered: true,
		Check: func(v *View) Finding {
			l, none := newLedger(f, v, nil)
			if l == nil {
				return none
			}
			return l.loss()
		},
	}
}

func (l *ledger) loss() Finding {
	var lost offenders
	for op := range l.accept {
		for _, c := range l.row(op) {
			if c.done == 0 && !c.parked && !c.inFlight {
				lost.add(l.ops[op].Invoke.Op)
				break
			}
		}
	}
	f := Finding{
		Status: Holds, Ops: lost.ids,
		Evidence: fmt.Sprintf("%s accepted, %s lost", unit.Count(l.accepted), unit.Count(lost.n)),
	}
	switch {
	case l.accepted == 0:
		return Undecided("no operation was accepted")
	case lost.n > 0 && l.view.Complete:
		f.Status = Violated
	case lost.n > 0:
		f.Status = Unknown
		f.Evidence = fmt.Sprintf("%s accepted, %s unaccounted for when the record breaks off", unit.Count(l.accepted),
			unit.Count(lost.n))
	}
	return f
}
