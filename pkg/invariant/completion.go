package invariant

import (
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// CompletionLatency holds if the 99th percentile of the time from invocation to the last branch's done is at
// most factor times that before the fault, or at most floor. It compares the good operations of f that were
// in the system during the fault with those done before it. Because of the floor, a p99 that rises from 2 ms
// to 5 ms under load is no violation.
func CompletionLatency(f Flow, factor float64, floor time.Duration) Invariant {
	return Invariant{
		Name: "completion-latency",
		Claim: fmt.Sprintf("the p99 from invocation to effect during the fault is within %g × that before, or %s",
			factor, unit.Duration(floor)),
		registered: true,
		Check: func(v *View) Finding {
			l, none := newLedger(f, v, nil)
			if l == nil {
				return none
			}
			return l.completionLatency(factor, floor)
		},
	}
}

func (l *ledger) completionLatency(factor float64, floor time.Duration) Finding {
	before, during, ok := l.completions()
	switch {
	case !ok:
		return Undecided("no mark %q: nothing to compare", history.FaultInjected)
	case during.n() < fewest:
		return Undecided("%s good operations during the fault, it takes %d", unit.Count(during.n()), fewest)
	}
	if l.view.Complete { // the system came to rest: what is not done by now never will be
		during.close()
	}
	limit := floor
	if before.n() >= fewest {
		healthy, _ := before.at(0.99)
		limit = max(limit, time.Duration(factor*float64(healthy)))
	}
	f := Finding{Status: during.within(0.99, limit)}
	if worst, _ := during.at(0.99); before.n() < fewest && f.Status == Violated && worst < endless {
		return Undecided("p99 %s exceeds %s, but only %s good operations done before the fault to compare with, it takes %d",
			during.show(0.99), unit.Duration(floor), unit.Count(before.n()), fewest)
	}
	f.Evidence = fmt.Sprintf("good operations' p99 %s → %s, limit %s (%s before, %s during the fault",
		before.show(0.99), during.show(0.99), unit.Duration(limit), unit.Count(before.n()), unit.Count(during.n()))
	if during.open > 0 {
		f.Evidence += fmt.Sprintf(", %s never done", unit.Count(during.open))
	}
	f.Evidence += ")"
	if f.Status == Violated {
		f.Ops = l.slower(limit).ids
	}
	return f
}

// completions returns the times of the good operations until their last branch was done: those done before
// the fault, and those in the system during it. Without a fault, ok is false and all are in before.
func (l *ledger) completions() (before, during *latencies, ok bool) {
	before, during = newLatencies(), newLatencies()
	for op := range l.accept {
		took, finished := l.took(op)
		switch l.met(op, took) {
		case Before:
			before.put(took, finished)
		case During:
			during.put(took, finished)
		}
	}
	return before, during, l.view.Faulty
}

// met returns the phase that a good operation belongs to.
func (l *ledger) met(op int, took time.Duration) Phase {
	if l.poison(op) {
		return Outside
	}
	invoked := l.ops[op].Invoke.At
	return l.view.Met(invoked, invoked+took)
}

// took returns how long op took until its last branch was first done; if one was not, how long it has
// waited, and false.
func (l *ledger) took(op int) (d time.Duration, finished bool) {
	invoked := l.ops[op].Invoke.At
	for _, c := range l.row(op) {
		if c.done == 0 {
			return history.End(l.view.History) - invoked, false
		}
		d = max(d, l.view.History[c.doneAt].At-invoked)
	}
	return d, true
}

// slower returns the operations that the fault met and that took, or have waited, longer than limit.
func (l *ledger) slower(limit time.Duration) (o offenders) {
	for op := range l.accept {
		if took, _ := l.took(op); took > limit && l.met(op, took) == During {
			o.add(l.ops[op].Invoke.Op)
		}
	}
	return o
}
