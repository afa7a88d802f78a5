package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/unit"
)

// Progress holds if every accepted good operation of f is done on every branch when the history ends. Parked
// is not done: a dead-letter queue that swallows good work starves it as surely as a stalled queue.
func Progress(f Flow) Invariant {
	return Invariant{
		Name:       "progress",
		Claim:      "every good operation that was accepted is done in the end",
		registered: true,
		Check: func(v *View) Finding {
			l, none := newLedger(f, v, nil)
			if l == nil {
				return none
			}
			return l.progress()
		},
	}
}

func (l *ledger) progress() Finding {
	var good, poisonReceives, poison int
	var starving offenders
	for op := range l.accept {
		if l.poison(op) {
			poison++
			for _, c := range l.row(op) {
				poisonReceives += int(c.received)
			}
			continue
		}
		good++
		if _, finished := l.took(op); !finished {
			starving.add(l.ops[op].Invoke.Op)
		}
	}
	if good == 0 {
		return Undecided("no good operation was accepted")
	}
	f := Finding{Status: Holds, Ops: starving.ids}
	f.Evidence = also(fmt.Sprintf("%s of %s good operations done", unit.Count(good-starving.n), unit.Count(good)),
		phrase{starving.n, "starve"})
	switch {
	case starving.n > 0 && l.view.Complete:
		f.Status = Violated
	case starving.n > 0:
		f.Status = Unknown
		f.Evidence += " when the record breaks off"
	}
	before, during, faulty := l.completions()
	if before.n() > 0 {
		f.Evidence += fmt.Sprintf("; p50 %s, p99 %s", before.show(0.5), before.show(0.99))
		if faulty && during.n() > 0 {
			f.Evidence += fmt.Sprintf(" before, p50 %s, p99 %s during the fault", during.show(0.5), during.show(0.99))
		}
	}
	if poison > 0 {
		f.Evidence += fmt.Sprintf("; %s poison received %s", unit.Count(poison), unit.Many(poisonReceives, "time"))
	}
	return f
}
