package invariant

import (
	"cmp"
	"fmt"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// Sequence names the effects whose order matters. Its zero value is all effects "done" of all
// operations.
type Sequence struct {
	Operation string // name of the operations concerned; empty: all
	Effect    string // empty: "done"
	Versions  bool   // the effects' N is their sequence number on their key, to be trusted rather than the clients' clock
}

// Order holds if on every key the effects of s come in the order of their operations: if one was acknowledged
// before another was invoked, its effect comes first. Operations that overlap may take effect in either
// order, and one of unknown outcome overlaps all later ones. With versions, the effects' numbers never fall.
//
// Only an operation's first effect counts. A consumer that crashes and restarts from its checkpoint applies 1
// 2 3 2 3 4: two duplicates, which [Duplicates] counts, and nothing out of order. A key combines the
// operation's and the effect's, so that each of several consumers has its own order.
func Order(s Sequence) Invariant {
	return Invariant{
		Name:       "order",
		Claim:      "on every key, effects come in the order of their operations",
		Safety:     true,
		registered: true,
		Check: func(v *View) Finding {
			s := s
			s.Effect = cmp.Or(s.Effect, "done")
			if none, lacks := v.lacks(s.Operation); lacks {
				return none
			}
			o := &ordering{Sequence: s, ops: v.set.All, lanes: map[laneKey]int32{}, first: make([]int32, len(v.set.All))}
			for e := range v.Effects(s.Effect) {
				o.apply(e, v.set.Find(e.Op))
			}
			return o.finding()
		},
	}
}

type laneKey struct{ operation, effect string }

// lane is one key's progress: the latest operation applied, by its invocation or its version.
type lane struct {
	start  int32
	n      int64
	latest string
}

type ordering struct {
	Sequence
	ops     []history.Operation
	lanes   map[laneKey]int32 // numbers of the lanes, from 1
	lane    []lane
	first   []int32 // the lane of each operation's first effect
	further map[[2]int32]bool
	effects int
	late    offenders
	example string
}

func (o *ordering) apply(e *history.Event, op int) {
	if op < 0 || !is(&o.ops[op], o.Operation) {
		return
	}
	it := &o.ops[op]
	number := o.number(laneKey{it.Invoke.Key, e.Key})
	if o.repeated(int32(op), number) {
		return
	}
	o.effects++
	l := &o.lane[number-1]
	behind := it.Outcome() == history.OK && it.Finish < l.start
	ahead := it.Start >= l.start
	if o.Versions {
		behind, ahead = l.latest != "" && e.N < l.n, e.N >= l.n
	}
	if behind {
		if o.late.n == 0 {
			o.example = fmt.Sprintf("; first %s after %s on key %q", e.Op, l.latest, cmp.Or(it.Invoke.Key, e.Key))
		}
		o.late.add(e.Op)
	}
	if ahead || l.latest == "" {
		*l = lane{it.Start, e.N, e.Op}
	}
}

func (o *ordering) number(k laneKey) int32 {
	n, ok := o.lanes[k]
	if !ok {
		o.lane = append(o.lane, lane{})
		n = int32(len(o.lane))
		o.lanes[k] = n
	}
	return n
}

// repeated reports whether the operation has already had an effect in that lane. Nearly all have one lane,
// which is found without a map.
func (o *ordering) repeated(op, lane int32) bool {
	switch {
	case o.first[op] == 0:
		o.first[op] = lane
		return false
	case o.first[op] == lane:
		return true
	}
	k := [2]int32{op, lane}
	if o.further[k] {
		return true
	}
	if o.further == nil {
		o.further = map[[2]int32]bool{}
	}
	o.further[k] = true
	return false
}

func (o *ordering) finding() Finding {
	if o.effects == 0 {
		return Undecided("no effect %q", o.Effect)
	}
	f := Finding{Status: Holds, Ops: o.late.ids}
	if o.late.n > 0 {
		f.Status = Violated
	}
	f.Evidence = fmt.Sprintf("%s on %s, %s out of order%s", unit.Many(o.effects, "effect"), unit.Many(len(o.lane), "key"),
		unit.Count(o.late.n), o.example)
	return f
}
