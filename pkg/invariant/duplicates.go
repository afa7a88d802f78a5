package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Duplicates holds if no operation of f, whatever its outcome, took effect twice on a branch. Unlike
// [ExactlyOnce], it accepts an operation without any effect.
func Duplicates(f Flow) Invariant {
	return Invariant{
		Name:       "duplicates",
		Claim:      "no operation takes effect twice",
		Safety:     true,
		registered: true,
		Check: func(v *View) Finding {
			l, none := newLedger(f, v, nil)
			if l == nil {
				return none
			}
			return l.duplicates()
		},
	}
}

func (l *ledger) duplicates() Finding {
	effects, extra := 0, 0
	var twice offenders
	for op := range l.ops {
		again := 0
		for _, c := range l.row(op) {
			effects += int(c.done)
			again += max(0, int(c.done)-1)
		}
		if again > 0 {
			extra += again
			twice.add(l.ops[op].Invoke.Op)
		}
	}
	if effects == 0 {
		return Undecided("no effect %q", l.Done)
	}
	f := Finding{Status: Holds, Ops: twice.ids}
	if twice.n > 0 {
		f.Status = Violated
	}
	f.Evidence = also(fmt.Sprintf("%s, %s more than once", unit.Many(effects, "effect"), unit.Count(twice.n)),
		phrase{extra, "in excess"})
	return f
}
