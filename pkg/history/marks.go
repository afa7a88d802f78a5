package history

import "time"

// The runner's marks, in this order except the echo and the samples. Checkers find the phases of a case by them.
const (
	LoadStart     = "load-start"     // the workload begins; time zero
	FaultInjected = "fault-injected" // the fault is active; Value is its request
	FaultReverted = "fault-reverted" // the fault is off again
	LoadEnd       = "load-end"       // the last operation was sent
	Echo          = "echo"           // N is how long an echo within this process took at worst, in nanoseconds
	Backlog       = "backlog"        // a sample, in N, of how much is accepted and not finished
	// the system came to rest, or the runner gave up waiting for it: what is not done now won't be
	Drained = "drained"
)

// Window is an interval of a history's time, including From and excluding To.
type Window struct{ From, To time.Duration }

// Contains reports whether at lies in the window.
func (w Window) Contains(at time.Duration) bool { return w.From <= at && at < w.To }

// Between returns the window from the first mark named from to the last later mark named to. A fault that
// flaps is injected and reverted several times; its window spans all of them. Without a mark named to, the
// window ends just after the last event: a fault that was never reverted acts to the end. Without a mark
// named from there is no window.
func Between(h History, from, to string) (Window, bool) {
	var w Window
	open, closed := false, false
	for i := range h {
		e := &h[i]
		switch {
		case e.Kind != Mark:
		case !open && e.Name == from:
			w.From, open = e.At, true
		case open && e.Name == to:
			w.To, closed = e.At, true
		}
	}
	if open && !closed {
		w.To = End(h) + 1
	}
	return w, open
}

// Marked reports whether h has a mark of that name.
func Marked(h History, name string) bool {
	for i := range h {
		if h[i].Kind == Mark && h[i].Name == name {
			return true
		}
	}
	return false
}

// End returns the time of the last event of h, zero for an empty one.
func End(h History) time.Duration {
	if len(h) == 0 {
		return 0
	}
	return h[len(h)-1].At
}
