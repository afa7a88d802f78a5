package invariant

import (
	"iter"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// Wait is how long an operation of the load waited for its first effect of some kind, and for what.
type Wait struct {
	Op     *history.Operation
	At     time.Duration // of the effect
	Beside time.Duration // of the time from its invocation on, what lies outside the fault
	Ahead  int           // earlier operations that had theirs meanwhile, outside the fault as well
	Passed int           // later operations that did
}

// Waits returns the waits for these effects, in the order of invocation, and the shortest that was over before the
// fault: zero if none was. It takes time in proportion to the square of their number.
func (v *View) Waits(effects iter.Seq[*history.Event]) (waits []Wait, fastest time.Duration) {
	first := map[*history.Operation]time.Duration{}
	for e := range effects {
		o := v.Op(e)
		if _, seen := first[o]; o != nil && !seen {
			first[o] = e.At
		}
	}
	for _, o := range v.Ops("") {
		at, had := first[o]
		if !had {
			continue
		}
		w := Wait{Op: o, At: at, Beside: at - o.Invoke.At - max(0, min(at, v.Fault.To)-max(o.Invoke.At, v.Fault.From))}
		for other, done := range first {
			switch {
			case done <= o.Invoke.At || done >= at || v.Fault.Contains(done):
			case other.Start < o.Start:
				w.Ahead++
			default:
				w.Passed++
			}
		}
		waits = append(waits, w)
		if took := at - o.Invoke.At; v.Phase(at) == Before && (fastest == 0 || took < fastest) {
			fastest = took
		}
	}
	return waits, fastest
}
