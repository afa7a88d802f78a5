package invariant

import "github.com/crashlab/crashlab/pkg/history"

// Filter selects operations. Its zero value selects all.
type Filter struct {
	Operation string // name of the operations; empty: any
	Key       string // their key (tenant, route); empty: any
	Except    string // the key of those left out; empty: none is
}

func (f Filter) concerns(o *history.Operation) bool {
	return is(o, f.Operation) && (f.Key == "" || o.Invoke.Key == f.Key) && (f.Except == "" || o.Invoke.Key != f.Except)
}

// Select returns the operations of the load that f selects, in the order of their invocation.
func (v *View) Select(f Filter) Ops { return v.Ops(f.Operation).Where(f.concerns) }
