package s3consistency

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/unit"
)

// linearizable holds if readers and the audit see one list that only grows. The list that the audit finds is the order
// of all publishes, and a reader is told which beginning of it was there: nothing has to be searched, as in a general
// check. The order explains all answers if no operation is placed before one that had ended when it began.
var linearizable = invariant.Invariant{
	Name:   "linearizable-list",
	Claim:  "every read and publish of a manifest seems to take effect at one instant between its beginning and its end",
	Safety: true,
	Check: func(v *invariant.View) invariant.Finding {
		if !v.Complete {
			return invariant.Undecided("the history ends before the audit")
		}
		lists := map[string][]string{}
		for e := range v.Effects(listed) {
			lists[e.Key] = append(lists[e.Key], e.Op)
		}
		ops := map[string][]placed{}
		var wrong []string
		for _, o := range append(v.Ops(publishing), v.Ops(reading)...) {
			p, told, ok := place(o, lists[o.Invoke.Key])
			switch {
			case !ok:
				wrong = append(wrong, o.Invoke.Op)
			case told:
				ops[o.Invoke.Key] = append(ops[o.Invoke.Key], p)
			}
		}
		n := len(wrong)
		for _, of := range ops {
			n += len(of)
			wrong = append(wrong, misplaced(of)...)
		}
		if n == 0 {
			return invariant.Undecided("nobody read or wrote")
		}
		return invariant.Found(len(wrong) == 0, "%s on %s, %d without a place", unit.Many(n, "operation"),
			unit.Many(len(ops), "manifest"), len(wrong)).Naming(wrong)
	},
}

// placed is an operation and its place: a publish is the nth of the list, a read comes after the nth.
type placed struct {
	*history.Operation
	n    int
	read bool
}

// place returns an operation's place in the list. It has none if its answer fits nowhere, which is not ok; and none
// that counts if its outcome is unknown and it left no trace.
func place(o *history.Operation, list []string) (p placed, told, ok bool) {
	p = placed{Operation: o, read: o.Invoke.Name == reading}
	if p.read {
		if o.Outcome() != history.OK {
			return p, false, true
		}
		last := ""
		_, _ = fmt.Sscan(o.End.Value, &p.n, &last) // an empty list has no length
		return p, true, p.n == 0 || p.n <= len(list) && list[p.n-1] == last
	}
	p.n = slices.Index(list, o.Invoke.Op) + 1
	return p, p.n > 0, p.n > 0 || o.Outcome() != history.OK
}

// misplaced returns the operations that are placed before one that had ended when they began.
func misplaced(ops []placed) (ids []string) {
	ended := slices.Clone(ops)
	slices.SortFunc(ended, func(a, b placed) int { return cmp.Compare(a.Finish, b.Finish) })
	slices.SortFunc(ops, func(a, b placed) int { return cmp.Compare(a.Start, b.Start) })
	next, least := 0, 0
	for _, p := range ops {
		for ; next < len(ended) && ended[next].Finish < p.Start; next++ {
			least = max(least, ended[next].n)
		}
		if p.n < least || !p.read && p.n == least {
			ids = append(ids, p.Invoke.Op)
		}
	}
	return ids
}
