package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Conservation holds if every accepted operation is done, parked or in flight on every branch of f, and
// nothing else is: nothing is lost and nothing is invented.
//
// It distinguishes operations by ID. Totals would not be enough: a pipeline that loses one order and carries
// out another twice balances its totals.
func Conservation(f Flow) Invariant {
	return Invariant{
		Name:       "conservation",
		Claim:      "every accepted operation is done, dead-lettered or in flight, and nothing else is",
		Safety:     true,
		registered: true,
		Check: func(v *View) Finding {
			l, none := newLedger(f, v, nil)
			if l == nil {
				return none
			}
			return l.conservation()
		},
	}
}

func (l *ledger) conservation() Finding {
	var done, parked, inFlight, copies, lost int
	var offend offenders
	for op := range l.accept {
		missing := false
		for _, c := range l.row(op) {
			switch {
			case c.done > 0:
				done++
				if c.parked {
					copies++
				}
			case c.parked:
				parked++
			case c.inFlight:
				inFlight++
			default:
				lost++
				missing = true
			}
		}
		if missing {
			offend.add(l.ops[op].Invoke.Op)
		}
	}
	f := Finding{Status: Holds, Evidence: fmt.Sprintf("%s = %s done + %s dead-lettered + %s in flight",
		l.owed(), unit.Count(done), unit.Count(parked), unit.Count(inFlight))}
	broken := l.refused.n+l.strangers.n > 0
	switch {
	case lost == 0:
	case l.view.Complete:
		f.Evidence += fmt.Sprintf(" + %s lost", unit.Count(lost))
		broken = true
	default:
		f.Evidence += fmt.Sprintf(" + %s unaccounted for when the record breaks off", unit.Count(lost))
		f.Status = Unknown
	}
	if broken {
		f.Status = Violated
	}
	f.Evidence = also(f.Evidence,
		phrase{l.refused.n, "refused yet carried out"},
		phrase{l.strangers.n, "effects of operations nobody sent"},
		phrase{copies, "done with a copy left in the dead-letter queue"},
		phrase{l.surfaced, fmt.Sprintf("of %s unknown turned out accepted", unit.Count(l.unknown))})
	offend.merge(l.refused)
	offend.merge(l.strangers)
	f.Ops = offend.ids
	return f
}

// owed formats how many settlements the accepted operations owe.
func (l *ledger) owed() string {
	s := unit.Count(l.accepted) + " accepted"
	if l.width() > 1 {
		s += fmt.Sprintf(" × %d branches", l.width())
	}
	return s
}
