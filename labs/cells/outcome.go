package cells

import (
	"cmp"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
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

// phases are before, during and after the fault. The runner's own operations are in none.
const phases = int(invariant.Outside)

// requests are those of one tenant in one phase.
type requests struct {
	asked, lost int
	second      int  // served, but not by the first worker asked
	last        kind // of the last one
	took        []time.Duration
}

// kind is how a request ended.
type kind int

const (
	unseen kind = iota
	servedAtOnce
	servedSecond // by another worker than the first
	lost
)

// read makes the outcome of a view.
func read(v *invariant.View) (*outcome, error) {
	o := &outcome{}
	byName := map[string]*tenant{}
	for e := range v.Effects(placed) {
		t := &tenant{name: e.Key, cells: strings.Fields(e.Value)}
		byName[t.name] = t
		o.tenants = append(o.tenants, t)
		o.cells = int(e.N)
	}
	if len(o.tenants) == 0 || !v.Faulty {
		return nil, errors.New("no tenant was placed, or no fault")
	}
	slices.SortFunc(o.tenants, func(a, b *tenant) int {
		return cmp.Or(len(a.name)-len(b.name), strings.Compare(a.name, b.name))
	})
	o.down = failing(v)
	tries := v.Caused(attempt, "")
	for _, op := range v.Ops("") {
		if t := byName[op.Invoke.Key]; t != nil && op.End != nil {
			t.phase[v.Met(op.Invoke.At, op.End.At)].add(op, tries[op])
		}
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
	case tries > 1:
		r.second++
		r.last = servedSecond
	default:
		r.last = servedAtOnce
	}
}

// failing returns the cells that failed more than they served while the fault was on. One that is sick
// fails throughout, but for the time in which it is healed; one that is well fails by chance.
func failing(v *invariant.View) []string {
	balance := map[string]int{}
	for e := range v.Effects(attempt) {
		switch {
		case !v.Fault.Contains(e.At):
		case e.Value == served:
			balance[e.Key]++
		default:
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

// asked counts the requests of all tenants in a phase.
func (o *outcome) asked(phase int) (n int) {
	for _, t := range o.tenants {
		n += t.phase[phase].asked
	}
	return n
}
