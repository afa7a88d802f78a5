package invariant

import (
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// perLimit is into how many slices the limit is cut, each judged separately.
const perLimit = 10

// Recovery holds if, within the given time after the revert of the fault, the operations that f selects are
// served as before it, and stay so to the end of the load. In each slice of time the served share must be at
// least least times the share before. A within of zero means two thirds of the rest of the load. A system
// that goes on failing after its cause is gone is metastable: its own retries are now the cause.
func Recovery(f Filter, least float64, within time.Duration) Invariant {
	when := "once the fault is over"
	if within > 0 {
		when = "at most " + unit.Duration(within) + " after the fault ends"
	}
	return Invariant{
		Name:       "recovery",
		Claim:      fmt.Sprintf("%s, at least %s as many operations are served as before it", when, unit.Share(least)),
		registered: true,
		Check: func(v *View) Finding {
			if none, lacks := v.lacks(f.Operation); lacks {
				return none
			}
			return recovery(v, f, least, within)
		},
	}
}

func recovery(v *View, f Filter, least float64, within time.Duration) Finding {
	if !history.Marked(v.History, history.FaultReverted) {
		return Undecided("no mark %q: nothing to recover from", history.FaultReverted)
	}
	ops, since := v.Select(f), v.After().From
	after := ops.In(v.After())
	if within == 0 && len(after) > 0 {
		within = (after[len(after)-1].Invoke.At - since) * 2 / 3
	}
	r := recovering{least: least, slice: max(within/perLimit, time.Millisecond), limit: within}
	for _, o := range ops.In(v.Before()) {
		r.before.add(o)
	}
	for _, o := range after {
		r.add(o, o.Invoke.At-since)
	}
	switch {
	case r.before.served == 0:
		return Undecided("no operation was served before the fault: no health to recover")
	case len(r.after) == 0:
		return Undecided("no operations after the fault was reverted")
	}
	return r.finding()
}

type recovering struct {
	least        float64
	slice, limit time.Duration
	before       service
	after        []service // slice by slice since the revert
	failed       int       // after the revert
	late         offenders // after the limit
}

// add counts an operation sent that long after the revert.
func (r *recovering) add(o *history.Operation, since time.Duration) {
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

func (r *recovering) finding() Finding {
	healthy := r.least * r.before.share()
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

// sick returns the number of slices up to the last sick one.
func (r *recovering) sick(sick func(service) bool) int {
	for i := len(r.after); i > 0; i-- {
		if r.after[i-1].asked > 0 && sick(r.after[i-1]) {
			return i
		}
	}
	return 0
}
