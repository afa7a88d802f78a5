package invariant

import (
	"fmt"

	"github.com/crashlab/crashlab/pkg/unit"
)

// MaxReceives holds if no message of f is received more than n times on a branch, and parked or poison
// messages exactly n times. A redrive allows n more: the queue counts anew. Poison that is still in flight
// may yet reach n.
//
// A redriver that sends a message back and then fails to delete it from the dead-letter queue leaves a copy
// there. It may redrive the copy again, or the audit finds it. The copy need not have been received n times
// since. So only a message's first redrive must follow n receives, and only a message that was never done
// must have been received n times to be found parked.
func MaxReceives(f Flow, n int) Invariant {
	return Invariant{
		Name:       "max-receives",
		Claim:      fmt.Sprintf("a message is received at most %d times, and exactly that often before it is parked", n),
		Untimed:    true, // a broker counts on any machine
		registered: true,
		Check: func(v *View) Finding {
			r := &receives{limit: uint32(n)}
			l, none := newLedger(f, v, r.watch)
			if l == nil {
				return none
			}
			return r.judge(l)
		},
	}
}

// receives counts the receives of each cell since its last redrive.
type receives struct {
	limit uint32
	cells []receiveCount
}

type receiveCount struct {
	now, most uint32
	redriven  bool
	early     bool // redriven for the first time with fewer receives than the limit
	reached   bool // the limit, in some round
}

func (r *receives) watch(l *ledger, s step) {
	if r.cells == nil {
		r.cells = make([]receiveCount, len(l.cells))
	}
	c := &r.cells[s.op*l.width()+s.branch]
	switch s.name {
	case l.Received:
		c.now++
		c.most = max(c.most, c.now)
		c.reached = c.reached || c.now == r.limit
	case l.Redriven:
		c.early = c.early || !c.redriven && c.now < r.limit
		c.redriven, c.now = true, 0
	}
}

func (r *receives) judge(l *ledger) Finding {
	var total, parked, over, early, short int
	var most uint32
	var offend offenders
	for op := range l.accept {
		wrong := false
		for b, c := range l.row(op) {
			var got receiveCount
			if r.cells != nil {
				got = r.cells[op*l.width()+b]
			}
			total += int(c.received)
			most = max(most, got.most)
			if c.parked {
				parked++
			}
			switch {
			case got.most > r.limit:
				over++
				wrong = true
			case got.early, c.parked && c.done == 0 && got.now < r.limit:
				early++
				wrong = true
			case l.poison(op) && !got.reached && !c.inFlight && l.view.Complete:
				short++
				wrong = true
			}
		}
		if wrong {
			offend.add(l.ops[op].Invoke.Op)
		}
	}
	if total == 0 && offend.n == 0 {
		return Undecided("no effect %q: nothing was received", l.Received)
	}
	f := Finding{Status: Holds, Ops: offend.ids}
	if offend.n > 0 {
		f.Status = Violated
	}
	f.Evidence = also(fmt.Sprintf("%s, %s at most of a message (limit %d), %s parked", unit.Many(total, "receive"),
		unit.Count(most), r.limit, unit.Count(parked)),
		phrase{over, "received more often"},
		phrase{early, "parked too early"},
		phrase{short, "poison gone before the limit"})
	return f
}
