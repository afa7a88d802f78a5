package invariant

import (
	"cmp"
	"fmt"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/unit"
)

// Registers names the operations that read and write keys: Key is the key, Value the value; a read's value is
// that of its OK. Values written to one key should differ, or a stale read can hide behind an equal value.
type Registers struct {
	Read    string // name of the operations that read; empty: "read"
	Write   string // name of the operations that write; empty: "write"
	Initial string // value of a key before its first write
}

func (r Registers) named() Registers {
	r.Read = cmp.Or(r.Read, "read")
	r.Write = cmp.Or(r.Write, "write")
	return r
}

// freshness follows the writes of every key and judges each read by those that it had to see.
//
// One write is certainly newer than another only if it began after the other ended. So a read is stale if it
// returns a write that ended before the begin of another one, which itself was acknowledged before the read.
// A write of unknown outcome may take effect late: it never ends, and reading it is never stale. It may also
// not have happened, so no read has to see it.
type freshness struct {
	Registers
	sessions bool          // a read has to see its own client's writes only
	bound    time.Duration // and those acknowledged longer ago than this
	ops      []history.Operation
	written  map[cellKey]int32
	newest   map[cellKey]*frontier
	reads    int
	acked    int
	stale    offenders
	nobody   offenders // reads of a value that was never written
	example  string
}

// cellKey is a key with a value, or with a client.
type cellKey struct{ key, of string }

// frontier is the newest write that reads must see, and the writes that reads must see later.
type frontier struct {
	seen    int32 // operation, -1 if none
	pending []int32
}

func (r Registers) fresh(v *View, sessions bool, bound time.Duration) Finding {
	if none, lacks := v.lacks(""); lacks {
		return none
	}
	set := v.set
	f := &freshness{Registers: r.named(), sessions: sessions, bound: bound, ops: set.All,
		written: map[cellKey]int32{}, newest: map[cellKey]*frontier{}}
	must := make([]int32, len(set.All))
	for i := range v.History {
		e := &v.History[i]
		if e.Kind != history.Invoke && e.Kind != history.OK {
			continue
		}
		op := int32(set.Find(e.Op))
		switch name := set.All[op].Invoke.Name; {
		case probe(&set.All[op]):
		case name == f.Write && e.Kind == history.Invoke:
			f.begin(op)
		case name == f.Write:
			f.acknowledge(op)
		case name == f.Read && e.Kind == history.Invoke:
			must[op] = f.mustSee(op)
		case name == f.Read:
			f.judge(op, must[op])
		}
	}
	return f.finding()
}

func (f *freshness) begin(op int32) {
	o := &f.ops[op]
	if o.Outcome() == history.Failed {
		return
	}
	k := cellKey{o.Invoke.Key, o.Invoke.Value}
	if earlier, ok := f.written[k]; !ok || f.ops[earlier].Finish <= o.Finish {
		f.written[k] = op
	}
}

func (f *freshness) frontier(o *history.Operation) *frontier {
	k := cellKey{key: o.Invoke.Key}
	if f.sessions {
		k.of = o.Invoke.By
	}
	at := f.newest[k]
	if at == nil {
		at = &frontier{seen: -1}
		f.newest[k] = at
	}
	return at
}

func (f *freshness) acknowledge(op int32) {
	f.acked++
	at := f.frontier(&f.ops[op])
	at.pending = append(at.pending, op)
}

// mustSee returns the write that a read invoked now has to see, or something newer; -1 if none.
func (f *freshness) mustSee(read int32) int32 {
	at := f.frontier(&f.ops[read])
	ripe := 0
	for ripe < len(at.pending) && f.ops[at.pending[ripe]].End.At <= f.ops[read].Invoke.At-f.bound {
		at.seen = max(at.seen, at.pending[ripe]) // operations are numbered in the order of their invocation
		ripe++
	}
	at.pending = at.pending[ripe:]
	return at.seen
}

func (f *freshness) judge(read, must int32) {
	f.reads++
	o := &f.ops[read]
	key, value := o.Invoke.Key, o.End.Value
	write, ok := f.written[cellKey{key, value}]
	switch {
	case !ok && value != f.Initial:
		f.nobody.add(o.Invoke.Op)
	case must < 0:
	case !ok || f.ops[write].Finish < f.ops[must].Start:
		if f.stale.n == 0 {
			newer := &f.ops[must]
			f.example = fmt.Sprintf("; first %s read %q of key %q, %s after %q was acknowledged",
				o.Invoke.Op, value, key, unit.Duration(o.Invoke.At-newer.End.At), newer.Invoke.Value)
		}
		f.stale.add(o.Invoke.Op)
	}
}

func (f *freshness) finding() Finding {
	switch {
	case f.reads == 0:
		return Undecided("no %s was answered", f.Read)
	case f.acked == 0 && f.nobody.n == 0:
		return Undecided("no %s was acknowledged, so no %s could miss one", f.Write, f.Read)
	}
	out := Finding{Status: Holds}
	if f.stale.n+f.nobody.n > 0 {
		out.Status = Violated
	}
	out.Evidence = also(fmt.Sprintf("%s, %s, %s stale", unit.Many(f.reads, "read"), unit.Many(f.acked, "write"),
		unit.Count(f.stale.n)),
		phrase{f.nobody.n, "of what nobody wrote"}) + f.example
	f.stale.merge(f.nobody)
	out.Ops = f.stale.ids
	return out
}
