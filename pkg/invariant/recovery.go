package invariant

import (
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

const (
	perLimit = 10   // the limit is cut into this many slices, each judged by itself
	asBefore = 0.95 // a slice is healthy if it serves at least this part of the share served before the fault
)

// Recovery holds if at most within after the fault was reverted the operations of that name (empty:
// all) are served as before it, and stay so to the end of the load. A system that goes on failing when
// the cause is gone is metastable: its own retries are now the cause.
func Recovery(operation string, within time.Duration) Invariant {
	return Invariant{
		Name:  "recovery",
		Claim: "operations are served as before at most " + unit.Duration(within) + " after the fault ends",
		Check: func(h history.History) Finding {
			set, none := operations(h, operation)
			if set == nil {
				return none
			}
			return recovery(h, set.All, operation, within)
		},
	}
}

func recovery(h history.History, ops []history.Operation, operation string, within time.Duration) Finding {
	if !history.Marked(h, history.FaultReverted) {
		return unknown("no mark %q: nothing to recover from", history.FaultReverted)
	}
	r := recovering{phases: phasesOf(h), slice: max(within/perLimit, time.Millisecond), limit: within}
	for o := range named(ops, operation) {
		r.add(o)
	}
	switch {
	case r.before.served == 0:
		return unknown("no operation was served before the fault: no health to recover")
	case len(r.after) == 0:
		return unknown("no operations after the fault was reverted")
	}
	return r.finding()
}

type recovering struct {
	phases       phases
	slice, limit time.Duration
	before       service
	after        []service // slice by slice since the revert
	failed       int       // after the revert
	late         offenders // after the limit
}

func (r *recovering) add(o *history.Operation) {
	switch r.phases.of(o.Invoke.At) {
	case beforeFault:
		r.before.add(o)
	case afterFault:
		since := o.Invoke.At - r.phases.fault.To
		for int(since/r.slice) >= len(r.after) {
			r.after = append(r.after, service{})
		}
		r.after[since/r.slice].add(o)
		if bad, _ := unserved(o); bad {
			r.failed++
			if since >= r.limit {
				r.late.add(o.Invoke.Op)
			}
		}
	}
}

func (r *recovering) finding() Finding {
	healthy := asBefore * r.before.share()
	best := r.sick(func(s service) bool { return float64(s.served+s.open) < healthy*float64(s.asked) })
	worst := r.sick(func(s service) bool { return float64(s.served) < healthy*float64(s.asked) })
	limit := int(r.limit / r.slice)
	f := Finding{Status: Unknown}
	switch {
	case worst <= limit && worst < len(r.after):
		f.Status = Holds
	case best > limit:
		f.Status = Violated
		f.Ops = r.late.ids
	}
	took := unit.Duration(time.Duration(best) * r.slice)
	if best == len(r.after) {
		took = "not yet when the load ended, " + took
	}
	f.Evidence = fmt.Sprintf("served as before (%s) %s after the revert, limit %s; %s unserved after it",
		unit.Percent(r.before.served, r.before.asked), took, unit.Duration(r.limit), unit.Many(r.failed, "operation"))
	return f
}

// sick returns after how many slices the last sick one ends.
func (r *recovering) sick(sick func(service) bool) int {
	for i := len(r.after); i > 0; i-- {
		if r.after[i-1].asked > 0 && sick(r.after[i-1]) {
			return i
		}
	}
	return 0
}
