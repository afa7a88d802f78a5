package invariant

import (
	"fmt"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// mostPerKey bounds the search. For each operation it places, porcupine remembers the set of all placed
// before. So its memory grows with the square of a key's operations: 130 MB at this number.
const mostPerKey = 1 << 15

// Linearizable holds if for every key there is one order of its operations that explains all answers, and in
// which no operation precedes one that had ended before it was invoked. The search is porcupine's and can
// take exponential time. It stops after timeout; then the result is Unknown.
func Linearizable[S any](m Model[S], timeout time.Duration) Invariant {
	return Invariant{
		Name:       "linearizability",
		Claim:      "every operation seems to take effect at one instant between its invocation and its end",
		Safety:     true,
		registered: true,
		Check: func(v *View) Finding {
			if none, lacks := v.lacks(""); lacks {
				return none
			}
			return m.search(v.set.All, time.Now().Add(timeout))
		},
	}
}

func (m Model[S]) search(all []history.Operation, deadline time.Time) Finding {
	order, keys := m.partition(all)
	if len(order) == 0 {
		return Undecided("no operations named %q that may have happened, among %s", m.Operations, unit.Count(len(all)))
	}
	var illegal, undecided int
	var culprits offenders
	total := 0
	example := ""
	for _, key := range order {
		ops := keys[key]
		total += len(ops)
		left := time.Until(deadline)
		if left <= 0 || len(ops) > mostPerKey {
			undecided++
			continue
		}
		switch porcupine.CheckOperationsTimeout(m.porcupine(), ops, left) {
		case porcupine.Unknown:
			undecided++
		case porcupine.Illegal:
			illegal++
			stuck := m.stuck(ops, deadline)
			for _, id := range stuck {
				culprits.add(id)
			}
			if illegal == 1 && len(stuck) > 0 {
				example = fmt.Sprintf("; on key %q nothing explains %s", key, stuck[0])
			}
		}
	}
	f := Finding{Status: Holds, Ops: culprits.ids}
	switch {
	case illegal > 0:
		f.Status = Violated
	case undecided > 0:
		f.Status = Unknown
	}
	f.Evidence = also(fmt.Sprintf("%s on %s", unit.Many(total, "operation"), unit.Many(len(order), "key")),
		phrase{illegal, "not linearizable"},
		phrase{undecided, "undecided in the time and memory given"}) + example
	return f
}

// partition returns the keys in the order of the history, and each one's operations.
func (m Model[S]) partition(all []history.Operation) (order []string, keys map[string][]porcupine.Operation) {
	keys = map[string][]porcupine.Operation{}
	for i := range all {
		o := &all[i]
		if !m.concerns(o) {
			continue
		}
		key := m.key(o)
		if _, ok := keys[key]; !ok {
			order = append(order, key)
		}
		// Positions in the record instead of times: two events can have the same time, but one came first.
		keys[key] = append(keys[key], porcupine.Operation{Input: o, Call: int64(o.Start), Return: int64(o.Finish)})
	}
	return order, keys
}

func (m Model[S]) porcupine() porcupine.Model {
	p := porcupine.Model{
		Init: func() any {
			if m.Init == nil {
				var zero S
				return zero
			}
			return m.Init()
		},
		Step: func(state, input, _ any) (bool, any) {
			s, o := state.(S), input.(*history.Operation)
			next, ok := m.Step(s, o)
			switch {
			case ok:
				return true, next
			case o.Outcome() == history.Unknown:
				return true, s // then it did not happen
			}
			return false, s
		},
	}
	if m.Equal != nil {
		p.Equal = func(a, b any) bool { return m.Equal(a.(S), b.(S)) }
	}
	return p
}

// stuck lists the operations that could not follow the longest order found, although one of them had to. An
// operation of unknown outcome is never listed: it may not have happened.
func (m Model[S]) stuck(ops []porcupine.Operation, deadline time.Time) (ids []string) {
	_, info := porcupine.CheckOperationsVerbose(m.porcupine(), ops, max(time.Until(deadline), time.Second))
	var longest []int
	for _, found := range info.PartialLinearizations() {
		for _, sequence := range found {
			if len(sequence) > len(longest) {
				longest = sequence
			}
		}
	}
	placed := make([]bool, len(ops))
	for _, id := range longest {
		placed[id] = true
	}
	first := int64(history.Never)
	for i, o := range ops {
		if !placed[i] {
			first = min(first, o.Return)
		}
	}
	for i, o := range ops {
		if !placed[i] && o.Call < first && o.Return != history.Never {
			ids = append(ids, o.Input.(*history.Operation).Invoke.Op)
		}
	}
	return ids
}
