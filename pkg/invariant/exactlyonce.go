package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/unit"
)

// ExactlyOnce holds if every accepted operation took effect once on every branch of f, however often it was
// delivered. An operation that ends parked or in flight owes no effect, but may not have two. Redeliveries
// are not counted against the design: queues redeliver, and only the effect must be idempotent.
func ExactlyOnce(f Flow) Invariant {
	return Invariant{
		Name:       "exactly-once",
		Claim:      "every accepted operation takes effect once, however often it is delivered",
		Safety:     true,
		registered: true,
		Check: func(v *View) Finding {
			l, none := newLedger(f, v, nil)
			if l == nil {
				return none
			}
			return l.exactlyOnce()
		},
	}
}

func (l *ledger) exactlyOnce() Finding {
	var effects, owed, twice, missing, absorbed int
	var offend offenders
	for op := range l.accept {
		wrong := false
		for _, c := range l.row(op) {
			effects += int(c.done)
			switch {
			case c.done > 1:
				owed++
				twice++
				wrong = true
			case c.done == 1:
				owed++
				absorbed += max(0, int(c.received)-1)
			case !c.parked && !c.inFlight:
				owed++
				missing++
				wrong = true
			}
		}
		if wrong {
			offend.add(l.ops[op].Invoke.Op)
		}
	}
	f := Finding{Evidence: fmt.Sprintf("%s for %s owed by %s", unit.Many(effects, "effect"), unit.Count(owed), l.owed())}
	switch {
	case twice+l.refused.n+l.strangers.n > 0, missing > 0 && l.view.Complete:
		f.Status = Violated
	case missing > 0:
		f.Status = Unknown
	default:
		f.Status = Holds
	}
	repeated := "repeated deliveries absorbed"
	if absorbed == 1 {
		repeated = "repeated delivery absorbed"
	}
	f.Evidence = also(f.Evidence,
		phrase{twice, "took effect more than once"},
		phrase{missing, "not at all"},
		phrase{l.refused.n, "refused yet carried out"},
		phrase{l.strangers.n, "effects of operations nobody sent"},
		phrase{absorbed, repeated})
	offend.merge(l.refused)
	offend.merge(l.strangers)
	f.Ops = offend.ids
	return f
}
