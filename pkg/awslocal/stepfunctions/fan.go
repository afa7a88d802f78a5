package stepfunctions

import (
	"encoding/json"
	"strconv"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// maxConcurrency is how many iterations of an inline Map state AWS runs at once.
const maxConcurrency = 40

// fan is one attempt of a Parallel or a Map state: its branches.
type fan struct {
	owner    *branch
	branches []*branch // nil where an iteration has not begun
	inputs   []any     // of a Map's iterations
	items    []*item   // the same, before ItemSelector
	limit    int       // of a Map's iterations at once
	next     int       // the first that has not begun
	open     int       // branches that run
	done     int       // branches that ended well, or badly if that is tolerated
	bad      int       // iterations that failed
	tolerate int       // how many may
}

// attemptFan starts a Parallel or Map state's branches.
func (b *branch) attemptFan() {
	scope := b.scope(b.input, "")
	effective, err := b.state.Effective(scope)
	if err != nil {
		b.failWith(err)
		return
	}
	f := &fan{owner: b}
	if b.state.Type == asl.Map {
		if err := f.plan(effective); err != nil {
			b.failWith(err)
			return
		}
	} else {
		f.branches, f.limit = make([]*branch, len(b.state.Branches)), len(b.state.Branches)
		for range b.state.Branches {
			f.inputs = append(f.inputs, effective)
		}
	}
	b.fan = f
	var d *details
	if b.state.Type == asl.Map {
		n := len(f.inputs)
		d = &details{Length: &n}
	}
	b.record(b.state.Type+"StateStarted", d)
	f.begin(b.last)
}

// plan computes a Map state's iterations.
func (f *fan) plan(effective any) error {
	b := f.owner
	scope := b.scope(effective, "")
	items, err := b.state.Items(scope)
	if err != nil {
		return err
	}
	if f.limit, err = b.state.Concurrency(scope); err != nil {
		return err
	}
	if f.limit == 0 || f.limit > maxConcurrency {
		f.limit = maxConcurrency
	}
	if f.tolerate, err = b.state.Tolerated(scope, len(items)); err != nil {
		return err
	}
	f.branches = make([]*branch, len(items))
	for i, value := range items {
		it := &item{index: i, value: value}
		in, err := b.state.Item(b.itemScope(effective, it), value)
		if err != nil {
			return err
		}
		f.items, f.inputs = append(f.items, it), append(f.inputs, in)
	}
	return nil
}

// itemScope is what ItemSelector sees.
func (b *branch) itemScope(effective any, it *item) asl.Scope {
	outer := b.item
	b.item = it
	scope := b.scope(effective, "")
	b.item = outer
	return scope
}

// begin starts as many branches as may run, or ends the state if it has none.
func (f *fan) begin(previous int64) {
	for f.next < len(f.branches) && f.open < f.limit {
		i := f.next
		f.next++
		if f.branches[i] == nil {
			f.start(i, previous)
		}
	}
	if f.done == len(f.branches) {
		f.complete(previous)
	}
}

// start starts one branch after an event.
func (f *fan) start(i int, previous int64) {
	b := f.owner
	child := &branch{x: b.x, up: f, index: i, item: b.item, last: previous}
	if b.state.Type == asl.Map {
		child.machine, child.item = b.state.Each, f.items[i]
		child.record("MapIterationStarted", f.iteration(i))
	} else {
		child.machine = b.state.Branches[i]
	}
	f.branches[i] = child
	f.open++
	input := f.inputs[i]
	text := asl.Encode(input)
	child.post(func() { child.enter(child.machine.StartAt, input, text) })
}

func (f *fan) iteration(i int) *details { return &details{Name: f.owner.state.Name, Index: &i} }

// succeeded takes a branch's output.
func (f *fan) succeeded(child *branch) {
	after := child.last
	if f.owner.state.Type == asl.Map {
		child.record("MapIterationSucceeded", f.iteration(child.index))
	}
	f.settled(child, after)
}

// settled counts a branch that ended and begins others.
func (f *fan) settled(child *branch, after int64) {
	f.open--
	f.done++
	if f.done == len(f.branches) {
		f.complete(child.last)
		return
	}
	f.begin(after)
}

// complete leaves the state with all outputs. AWS's exit follows the last branch's event, not the state's success.
func (f *fan) complete(last int64) {
	b := f.owner
	b.last = last
	b.x.record(b.state.Type+"StateSucceeded", b.last, nil)
	outputs := make([]any, len(f.branches))
	for i, child := range f.branches {
		outputs[i] = child.output
	}
	b.fan = nil
	b.exit(outputs, b.state.Next)
}

// failed takes a branch's error: it is tolerated, or the other branches are aborted and the state fails.
func (f *fan) failed(child *branch, name, cause string) {
	b, x, after := f.owner, f.owner.x, child.last
	if b.state.Type == asl.Map {
		x.record("MapIterationFailed", after, f.iteration(child.index))
		if f.bad++; f.bad <= f.tolerate {
			child.output = map[string]any{"Error": name, "Cause": cause}
			child.ended, child.dead = true, false
			f.settled(child, after)
			return
		}
	}
	if child.fan == nil { // else its own failure is recorded
		child.recordAborted(after)
	}
	for _, other := range f.branches {
		if other == nil || other == child || other.ended || other.dead {
			continue
		}
		if b.state.Type == asl.Map {
			x.record("MapIterationAborted", after, f.iteration(other.index))
		}
		other.recordAborted(after)
		other.halt()
	}
	b.last = after
	b.fail(name, cause)
}

// recordAborted records that the states that a branch is in were aborted.
func (b *branch) recordAborted(previous int64) {
	if b.state == nil {
		return
	}
	switch b.state.Type {
	case asl.Parallel, asl.Map:
		if b.fan != nil {
			for _, child := range b.fan.branches {
				if child != nil && !child.ended && !child.dead {
					child.recordAborted(previous)
				}
			}
		}
	case asl.Task, asl.Wait:
	default:
		return
	}
	b.x.record(b.state.Type+"StateAborted", previous, nil)
}

// unfan records that a Parallel or Map state failed for good.
func (b *branch) unfan() {
	if b.fan != nil {
		b.record(b.state.Type+"StateFailed", nil)
	}
}

// stamp is a time in the context object.
func stamp(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }

func number(n int) json.Number { return json.Number(strconv.Itoa(n)) }
