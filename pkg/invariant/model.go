package invariant

import "github.com/crashlab/crashlab/pkg/history"

// Model is a sequential specification: the behavior of the system if operations came one at a time. S is its
// state, which Step must not change in place.
type Model[S any] struct {
	Operations []string                                      // names of the operations concerned; empty: all
	Init       func() S                                      // the state at first; nil: S's zero value
	Step       func(state S, o *history.Operation) (S, bool) // the state after o, and whether o could answer as it did
	Equal      func(a, b S) bool                             // nil: ==, which S then has to support
	// operations of different keys don't affect one another; nil: the invocation's key
	Key func(*history.Operation) string
	// o changes nothing; reads of unknown outcome are then left out, which saves time exponential in their
	// number
	ReadOnly func(*history.Operation) bool
}

// Model returns the specification of r: a read returns the last write of its key.
func (r Registers) Model() Model[string] {
	r = r.named()
	return Model[string]{
		Operations: []string{r.Read, r.Write},
		Init:       func() string { return r.Initial },
		Step: func(state string, o *history.Operation) (string, bool) {
			if o.Invoke.Name == r.Write {
				return o.Invoke.Value, true
			}
			return state, o.End != nil && o.End.Value == state
		},
		ReadOnly: func(o *history.Operation) bool { return o.Invoke.Name == r.Read },
	}
}

func (m Model[S]) concerns(o *history.Operation) bool {
	if probe(o) {
		return false
	}
	switch o.Outcome() {
	case history.Failed:
		return false // it certainly did not happen
	case history.Unknown:
		if m.ReadOnly != nil && m.ReadOnly(o) {
			return false
		}
	}
	if len(m.Operations) == 0 {
		return true
	}
	for _, name := range m.Operations {
		if o.Invoke.Name == name {
			return true
		}
	}
	return false
}

func (m Model[S]) key(o *history.Operation) string {
	if m.Key != nil {
		return m.Key(o)
	}
	return o.Invoke.Key
}
