package cells

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
)

// The phases of a case. The runner's own operations, before and after the load, are in none.
const (
	before = iota
	during
	after
	phases
)

// outcome is what a history says of each tenant and each cell.
type outcome struct {
	tenants []*tenant // in the order of their numbers
	cells   int
	down    []string // the cells that failed more than they served while the fault was on
}

// tenant is what became of one tenant's requests, phase by phase.
type tenant struct {
	name  string
	cells []string // that serve it
	phase [phases]requests
}

// requests are those of one tenant in one phase.
type requests struct {
	asked, lost int
	second      int  // served, but not by the first worker asked
	last        kind // of the last one
	took        []time.Duration
	offend      []string // the IDs of those lost
}

// kind is how a request ended.
type kind int

const (
	unseen kind = iota
	servedAtOnce
	servedSecond // by another worker than the first
	lost
)

// read makes the outcome of a history.
func read(h history.History) (*outcome, error) {
	o := &outcome{}
	byName := map[string]*tenant{}
	for _, e := range h {
		if e.Kind == history.Effect && e.Name == placed {
			t := &tenant{name: e.Key, cells: strings.Fields(e.Value)}
			byName[t.name] = t
			o.tenants = append(o.tenants, t)
			o.cells = int(e.N)
		}
	}
	if len(o.tenants) == 0 {
		return nil, fmt.Errorf("no tenant was placed")
	}
	slices.SortFunc(o.tenants, func(a, b *tenant) int {
		if len(a.name) != len(b.name) {
			return len(a.name) - len(b.name)
		}
		return strings.Compare(a.name, b.name)
	})
	load, loaded := history.Between(h, history.LoadStart, history.LoadEnd)
	fault, faulty := history.Between(h, history.FaultInjected, history.FaultReverted)
	if !loaded || !faulty {
		return nil, fmt.Errorf("no load, or no fault in it")
	}
	o.down = failing(h, fault)
	for _, e := range h {
		if e.Kind == history.Effect && e.Name == began && load.Contains(e.At) {
			fault.From = min(fault.From, e.At)
		}
	}
	set, err := history.Operations(h)
	if err != nil {
		return nil, err
	}
	tries := map[string]int{}
	for _, e := range h {
		if e.Kind == history.Effect && e.Name == attempt {
			tries[e.Op]++
		}
	}
	for n := range set.All {
		op := &set.All[n]
		t := byName[op.Invoke.Key]
		if t == nil || op.End == nil || !load.Contains(op.Invoke.At) {
			continue
		}
		p := after
		switch { // what was under way when the fault began was met by it
		case op.End.At < fault.From:
			p = before
		case op.Invoke.At < fault.To:
			p = during
		}
		t.phase[p].add(op, tries[op.Invoke.Op])
	}
	return o, nil
}

func (r *requests) add(op *history.Operation, tries int) {
	r.asked++
	took, _ := op.Latency()
	r.took = append(r.took, took)
	switch {
	case op.Outcome() != history.OK:
		r.lost++
		r.last = lost
		r.offend = append(r.offend, op.Invoke.Op)
	case tries > 1:
		r.second++
		r.last = servedSecond
	default:
		r.last = servedAtOnce
	}
}

// failing returns the cells that failed more than they served while the fault was on. One that is sick
// fails throughout, but for the time in which it is healed; one that is well fails by chance.
func failing(h history.History, fault history.Window) []string {
	balance := map[string]int{}
	for _, e := range h {
		if e.Kind != history.Effect || e.Name != attempt || !fault.Contains(e.At) {
			continue
		}
		if e.Value == served {
			balance[e.Key]++
		} else {
			balance[e.Key]--
		}
	}
	var down []string
	for cell, n := range balance {
		if n < 0 {
			down = append(down, cell)
		}
	}
	slices.Sort(down)
	return down
}

// hit counts the tenants that lost a request in a phase.
func (o *outcome) hit(phase int) (n int) {
	for _, t := range o.tenants {
		if t.phase[phase].lost > 0 {
			n++
		}
	}
	return n
}

// sum adds up the requests of all tenants in a phase.
func (o *outcome) sum(phase int) (asked, lost int) {
	for _, t := range o.tenants {
		asked += t.phase[phase].asked
		lost += t.phase[phase].lost
	}
	return asked, lost
}

func percent(part, whole int) string {
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(max(whole, 1)))
}
