package invariant

import (
	"cmp"

	"github.com/crashlab/crashlab/pkg/history"
)

// Everywhere is the key of an effect on all branches: a message that is still in the topic before its fan-out
// is in flight to every queue.
const Everywhere = "*"

// Flow names the parts of a history in which operations are accepted, pass through queues and settle. Its
// zero value fits a pipeline without branches that uses the default names.
type Flow struct {
	Operation string // name of the operations concerned; empty: all
	// keys of the effects; an accepted operation owes one settlement on each. Empty: one in all, whatever its
	// key
	Branches []string
	Done     string // effect: the work was carried out; empty: "done"
	Received string // effect: a worker received the message; empty: "received"
	Parked   string // effect: the message moved to, or was found in, the dead-letter queue; empty: "parked"
	// effect: it was taken out of there to be tried again, recorded before it can be received anew; empty:
	// "redriven"
	Redriven string
	InFlight string // effect: at the end it was still in a queue; empty: "in-flight"
	Poison   string // value of the operations that no worker can carry out; empty: "poison"
}

func (f Flow) named() Flow {
	f.Done = cmp.Or(f.Done, "done")
	f.Received = cmp.Or(f.Received, "received")
	f.Parked = cmp.Or(f.Parked, "parked")
	f.Redriven = cmp.Or(f.Redriven, "redriven")
	f.InFlight = cmp.Or(f.InFlight, "in-flight")
	f.Poison = cmp.Or(f.Poison, "poison")
	return f
}

// cell is the state of one operation on one branch.
type cell struct {
	done, received uint32
	doneAt         int32 // position of the first done; meaningless if there is none
	parked         bool  // and not redriven since
	inFlight       bool
	touched        bool // had any effect at all
}

// step is one effect of a flow on one branch.
type step struct {
	op, branch int
	at         int32 // position in the history
	name       string
}

// ledger has the state of every operation of a flow on every branch.
type ledger struct {
	Flow
	view      *View
	ops       []history.Operation
	cells     []cell    // operation by operation, branch by branch
	refused   offenders // certainly did not happen, and did
	strangers offenders // had an effect, but were never sent
	accepted  int
	unknown   int // operations of unknown outcome
	surfaced  int // those of them that turned out to have been accepted
}

func (l *ledger) width() int { return max(1, len(l.Branches)) }

func (l *ledger) row(op int) []cell { return l.cells[op*l.width() : (op+1)*l.width()] }

// happened reports whether the operation was accepted. An operation of unknown outcome was accepted if it
// left a trace anywhere; then it owes as much as an acknowledged one. Without a trace it may never have
// happened, and owes nothing.
func (l *ledger) happened(op int) bool {
	switch l.ops[op].Outcome() {
	case history.OK:
		return true
	case history.Unknown:
		return l.traced(op)
	}
	return false
}

func (l *ledger) traced(op int) bool {
	for _, c := range l.row(op) {
		if c.touched {
			return true
		}
	}
	return false
}

func (l *ledger) poison(op int) bool { return l.ops[op].Invoke.Value == l.Poison }

func (l *ledger) concerns(op int) bool { return is(&l.ops[op], l.Operation) }

// accept returns the operations that were accepted, in the order of their invocation.
func (l *ledger) accept(yield func(op int) bool) {
	for op := range l.ops {
		if l.concerns(op) && l.happened(op) && !yield(op) {
			return
		}
	}
}

// steps calls do for every effect of the flow in the order of the history, once per branch. An effect of an
// operation that was never sent goes to the strangers.
func (l *ledger) steps(do func(step)) {
	for i := range l.view.History {
		e := &l.view.History[i]
		if e.Kind != history.Effect || e.Op == "" {
			continue
		}
		switch e.Name {
		case l.Done, l.Received, l.Parked, l.Redriven, l.InFlight:
		default:
			continue
		}
		first, last := l.branches(e.Key)
		if first > last {
			continue
		}
		op := l.view.set.Find(e.Op)
		if op < 0 {
			l.strangers.add(e.Op)
			continue
		}
		if !l.concerns(op) {
			continue
		}
		for b := first; b <= last; b++ {
			do(step{op, b, int32(i), e.Name})
		}
	}
}

// branches returns the first and last branch of an effect with that key; none if first exceeds last.
func (l *ledger) branches(key string) (first, last int) {
	if len(l.Branches) == 0 || key == Everywhere {
		return 0, l.width() - 1
	}
	for b, name := range l.Branches {
		if name == key {
			return b, b
		}
	}
	return 0, -1
}

// newLedger computes the ledger of f over v. If nothing can be judged, it returns nil and the finding that
// says why. watch, if not nil, sees each step after it was applied.
func newLedger(f Flow, v *View, watch func(*ledger, step)) (*ledger, Finding) {
	if none, lacks := v.lacks(f.Operation); lacks {
		return nil, none
	}
	l := &ledger{Flow: f.named(), view: v, ops: v.set.All}
	l.cells = make([]cell, len(l.ops)*l.width())
	l.steps(func(s step) {
		l.book(s)
		if watch != nil {
			watch(l, s)
		}
	})
	l.count()
	if l.accepted+l.refused.n+l.strangers.n == 0 {
		return nil, Undecided("no operation was accepted")
	}
	return l, Finding{}
}

func (l *ledger) count() {
	for op := range l.ops {
		if !l.concerns(op) {
			continue
		}
		switch l.ops[op].Outcome() {
		case history.OK:
			l.accepted++
		case history.Failed:
			if l.traced(op) {
				l.refused.add(l.ops[op].Invoke.Op)
			}
		case history.Unknown:
			l.unknown++
			if l.traced(op) {
				l.accepted++
				l.surfaced++
			}
		}
	}
}

func (l *ledger) book(s step) {
	c := &l.row(s.op)[s.branch]
	c.touched = true
	switch s.name {
	case l.Done:
		if c.done == 0 {
			c.doneAt = s.at
		}
		c.done++
	case l.Received:
		c.received++
	case l.Parked:
		c.parked = true
	case l.Redriven:
		c.parked = false
	case l.InFlight:
		c.inFlight = true
	}
}
