package invariant

import (
	"iter"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// View is a history read once, for all checkers: its operations are paired, and its phases known. It leaves
// out the runner's own probes ([history.Canary]) and their effects. It is read-only.
type View struct {
	History  history.History
	Load     history.Window // the load; without its marks, all of time
	Fault    history.Window // from the first injection to the last revert; empty without a marked fault
	Faulty   bool           // a fault is marked
	Complete bool           // nothing is missing from the end, so that absence proves something

	set    *history.OperationSet
	probes bool  // there are operations of the runner's own
	err    error // why the history can't be read
}

// NewView reads h. [Invariant.On] reports its contradictions.
func NewView(h history.History) *View {
	v := &View{History: h, Complete: complete(h)}
	loaded := false
	if v.Load, loaded = history.Between(h, history.LoadStart, history.LoadEnd); !loaded {
		v.Load = history.Window{From: math.MinInt64, To: math.MaxInt64}
	}
	v.Fault, v.Faulty = history.Between(h, history.FaultInjected, history.FaultReverted)
	if v.set, v.err = history.Operations(h); v.err != nil {
		v.set = &history.OperationSet{}
	}
	for i := range v.set.All {
		v.probes = v.probes || probe(&v.set.All[i])
	}
	return v
}

// complete reports whether something absent from h is truly missing. An interrupted run has a start and no
// end: an unrecorded effect may still have been on its way. A history without the runner's marks counts as
// complete.
func complete(h history.History) bool {
	return history.Marked(h, history.Drained) || !history.Marked(h, history.LoadStart)
}

func probe(o *history.Operation) bool { return o.Invoke.By == history.Canary }

// is reports whether o has that name; an empty name matches any. The runner's probes match none.
func is(o *history.Operation, name string) bool {
	return (name == "" || o.Invoke.Name == name) && !probe(o)
}

// Ops returns the operations of the load with that name, in the order of their invocation; an empty name
// selects all.
func (v *View) Ops(name string) (ops Ops) {
	for o := range v.named(name) {
		if v.Load.Contains(o.Invoke.At) {
			ops = append(ops, o)
		}
	}
	return ops
}

// named yields the operations of that name, in the load or not.
func (v *View) named(name string) iter.Seq[*history.Operation] {
	return func(yield func(*history.Operation) bool) {
		for i := range v.set.All {
			if o := &v.set.All[i]; is(o, name) && !yield(o) {
				return
			}
		}
	}
}

// lacks returns the finding for a name that no operation has.
func (v *View) lacks(name string) (Finding, bool) {
	for range v.named(name) {
		return Finding{}, false
	}
	if name == "" {
		return Undecided("no operations"), true
	}
	return Undecided("no operations named %q among %d", name, len(v.set.All)), true
}

// Effects yields the effects with one of the names, in the order in which they happened, inside the load or
// not.
func (v *View) Effects(names ...string) iter.Seq[*history.Event] {
	return func(yield func(*history.Event) bool) {
		for i := range v.History {
			e := &v.History[i]
			if e.Kind == history.Effect && among(names, e.Name) && !v.probed(e) && !yield(e) {
				return
			}
		}
	}
}

func among(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

// probed reports whether an effect belongs to a probe of the runner's own.
func (v *View) probed(e *history.Event) bool {
	if !v.probes {
		return false
	}
	at := v.set.Find(e.Op)
	return at >= 0 && probe(&v.set.All[at])
}

// Op returns the operation of an event, or nil if it was never sent.
func (v *View) Op(e *history.Event) *history.Operation {
	if at := v.set.Find(e.Op); at >= 0 && !probe(&v.set.All[at]) {
		return &v.set.All[at]
	}
	return nil
}

// Caused returns how many effects of that name each operation of the view has. With on, only effects of that
// key count.
func (v *View) Caused(effect, on string) map[*history.Operation]int {
	caused := map[*history.Operation]int{}
	for e := range v.Effects(effect) {
		if o := v.Op(e); o != nil && (on == "" || e.Key == on) {
			caused[o]++
		}
	}
	return caused
}

// Lacking returns the IDs that have an effect of the first name and none of the second, sorted: what reached
// one place and not the next. They include IDs that were never sent.
func (v *View) Lacking(has, lacks string) []string {
	ids := map[string]bool{}
	for e := range v.Effects(has) {
		ids[e.Op] = true
	}
	for e := range v.Effects(lacks) {
		delete(ids, e.Op)
	}
	return slices.Sorted(maps.Keys(ids))
}

// Before returns the time of the load before the fault; without a fault, all of it.
func (v *View) Before() history.Window {
	if !v.Faulty {
		return v.Load
	}
	return history.Window{From: v.Load.From, To: min(v.Fault.From, v.Load.To)}
}

// During returns the time of the load during the fault; it is empty without a fault.
func (v *View) During() history.Window {
	if !v.Faulty {
		return history.Window{}
	}
	return history.Window{From: max(v.Fault.From, v.Load.From), To: min(v.Fault.To, v.Load.To)}
}

// After returns the time of the load after the fault; it is empty without a fault.
func (v *View) After() history.Window {
	if !v.Faulty {
		return history.Window{}
	}
	return history.Window{From: max(v.Fault.To, v.Load.From), To: v.Load.To}
}

// Phase is a part of a case.
type Phase int

// The phases of a case. Outside are the runner's own operations, for warm-up and health checks: their latency
// and key say nothing about the load.
const (
	Before Phase = iota
	During
	After
	Outside
)

var phaseNames = [...]string{"before", "during", "after", "outside"}

func (p Phase) String() string { return phaseNames[p] }

// Phase returns the phase of a time. Without marks of a load everything is inside it; without a fault
// everything is before.
func (v *View) Phase(at time.Duration) Phase {
	switch {
	case !v.Load.Contains(at):
		return Outside
	case !v.Faulty || at < v.Fault.From:
		return Before
	case at < v.Fault.To:
		return During
	}
	return After
}

// Met returns the phase that affected an operation with these times. An operation in progress when the fault
// came was affected by it, and says nothing about health.
func (v *View) Met(began, ended time.Duration) Phase {
	p := v.Phase(began)
	if p == Before && v.Faulty && ended >= v.Fault.From {
		return During
	}
	return p
}
