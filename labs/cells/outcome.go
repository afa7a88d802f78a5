package cells

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
)

const during = invariant.During

// outcome is what a history says of each tenant and each cell.
type outcome struct {
	tenants          []*tenant
	cells, perTenant int      // how many there are, and how many serve a tenant
	down             []string // the cells that failed more than they served while the fault was on
}

// tenant is what became of one tenant's requests.
type tenant struct {
	cells  []string                         // that serve it
	down   int                              // how many of them
	phase  [invariant.Outside]invariant.Ops // before, during and after the fault
	second [invariant.Outside]int           // how many of the requests were not served by the first worker asked
	late   int                              // how many that were served from the fault on were not processed in time
}

func (t *tenant) lost(p invariant.Phase) int { return len(t.phase[p]) - len(t.phase[p].Served()) }

// read makes the outcome of a view. A request that was under way when the fault came is in no phase.
func read(v *invariant.View) (*outcome, error) {
	o, byName := &outcome{down: failing(v)}, map[string]*tenant{}
	for e := range v.Effects(placed) {
		t := &tenant{cells: strings.Fields(e.Value)}
		for _, c := range t.cells {
			if slices.Contains(o.down, c) {
				t.down++
			}
		}
		o.tenants, byName[e.Key] = append(o.tenants, t), t
		o.cells, o.perTenant = int(e.N), len(t.cells)
	}
	if len(o.tenants) == 0 || !v.Faulty {
		return o, errors.New("no tenant was placed, or no fault")
	}
	failures, done := v.Caused(failed, ""), firstProcessed(v)
	for _, op := range v.Ops("") {
		t, p := byName[op.Invoke.Key], v.Phase(op.Invoke.At)
		if t == nil || op.End == nil || p != v.Met(op.Invoke.At, op.End.At) {
			continue
		}
		t.phase[p] = append(t.phase[p], op)
		if failures[op] > 0 {
			t.second[p]++
		}
		if at, ok := done[op]; p != invariant.Before && op.Outcome() == history.OK && (!ok || at-op.Invoke.At > inTime) {
			t.late++
		}
	}
	return o, nil
}

// firstProcessed returns when each operation's event was first processed.
func firstProcessed(v *invariant.View) map[*history.Operation]time.Duration {
	first := map[*history.Operation]time.Duration{}
	for e := range v.Effects(processed) {
		o := v.Op(e)
		if _, seen := first[o]; o != nil && !seen {
			first[o] = e.At
		}
	}
	return first
}

// failing returns the cells that failed more than they served while the fault was on. One that is sick fails
// throughout, but for the time in which it is healed; one that is well fails by chance.
func failing(v *invariant.View) []string {
	balance := map[string]int{}
	for e := range v.Effects(served, failed) {
		switch {
		case !v.Fault.Contains(e.At):
		case e.Name == served:
			balance[e.Key]++
		default:
			balance[e.Key]--
		}
	}
	maps.DeleteFunc(balance, func(_ string, n int) bool { return n >= 0 })
	return slices.Sorted(maps.Keys(balance))
}

// count returns how many tenants are as is says.
func (o *outcome) count(is func(*tenant) bool) (n int) {
	for _, t := range o.tenants {
		if is(t) {
			n++
		}
	}
	return n
}

// hit counts the tenants that lost a request in a phase.
func (o *outcome) hit(p invariant.Phase) int {
	return o.count(func(t *tenant) bool { return t.lost(p) > 0 })
}

// heard counts the tenants that sent at least so many requests in a phase.
func (o *outcome) heard(p invariant.Phase, least int) int {
	return o.count(func(t *tenant) bool { return len(t.phase[p]) >= least })
}
