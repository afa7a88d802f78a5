package stepfunctions

import (
	"errors"
	"fmt"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// branch is one thread of control: an execution's own, a branch of a Parallel state or an iteration of a Map state. It
// is in one state, and either has a step queued or waits: for a timer, a task or its own branches.
type branch struct {
	x       *execution
	machine *asl.Machine
	up      *fan // nil for the execution's own
	index   int  // in up
	item    *item

	state   *asl.State
	input   any   // of the state, raw
	entered int64 // the event of the state's entry
	since   time.Time
	last    int64 // the branch's last event
	retries []int // so far, by retrier

	timer  clockwork.Timer // of a Wait state or of a retry
	task   *task
	fan    *fan
	output any
	ended  bool // it succeeded
	dead   bool // it failed or was aborted; redrive revives it
}

// tooLong is the wait that AWS refuses.
const tooLong = 1 << 31 * time.Second

// item is what a Map state's context object has of an iteration.
type item struct {
	index int
	value any
}

// post queues a step of the branch.
func (b *branch) post(do func()) {
	b.x.post(func() {
		if !b.dead {
			do()
		}
	})
}

// record adds an event after the branch's last one.
func (b *branch) record(kind string, d *details) {
	b.last = b.x.record(kind, b.last, d)
}

// enter moves the branch into a state. text is the input's text.
func (b *branch) enter(name string, input any, text string) {
	b.state, b.input, b.since = b.machine.States[name], input, b.x.machine.service.now()
	b.retries = make([]int, len(b.state.Retry))
	b.record(b.state.Type+"StateEntered", withInput(details{Name: name}, text))
	b.entered = b.last
	b.act()
}

// act does what the state is for.
func (b *branch) act() {
	switch b.state.Type {
	case asl.Task:
		b.attemptTask()
		return
	case asl.Parallel, asl.Map:
		b.attemptFan()
		return
	}
	effective, err := b.state.Effective(b.scope(b.input, ""))
	if err != nil {
		b.failWith(err)
		return
	}
	scope := b.scope(effective, "")
	switch b.state.Type {
	case asl.Pass:
		b.exit(b.state.PassResult(effective), b.state.Next)
	case asl.Choice:
		next, err := b.state.Choose(scope)
		if err != nil {
			b.failWith(err)
			return
		}
		b.exit(effective, next)
	case asl.Wait:
		now := b.x.machine.service.clock.Now()
		until, err := b.state.Until(scope, now)
		if err != nil {
			b.failWith(err)
			return
		}
		if until.Sub(now) >= tooLong {
			b.failWith(&asl.Error{Name: asl.ErrRuntime, Cause: "Wait state delay is too long."})
			return
		}
		b.pause(until.Sub(now), func() { b.exit(effective, b.state.Next) })
	case asl.Succeed:
		b.exit(effective, "")
	case asl.Fail:
		name, cause, err := b.state.Failure(scope)
		if err != nil {
			b.failWith(err)
			return
		}
		b.give(name, cause)
	}
}

// pause goes on after a while, unless the branch is ended before.
func (b *branch) pause(d time.Duration, then func()) {
	var timer clockwork.Timer
	timer = b.x.after(max(d, 0), func() {
		if b.timer == timer {
			b.timer = nil
			then()
		}
	})
	b.timer = timer
}

// exit leaves the state with a result, for the next state or for the end of the branch.
func (b *branch) exit(result any, next string) {
	b.x.test.tell("result", result)
	output, err := b.state.Output(b.scope(b.input, ""), result)
	if err != nil {
		b.failWith(err)
		return
	}
	text, err := asl.Measure(output, fmt.Sprintf("The state/task '%s'", b.state.Name))
	if err != nil {
		b.failWith(err)
		return
	}
	b.leave(output, text, next)
}

// leave records the exit of a state and goes on.
func (b *branch) leave(output any, text, next string) {
	b.record(b.state.Type+"StateExited", withOutput(details{Name: b.state.Name}, text))
	if t := b.x.test; t != nil {
		t.next, next = next, ""
	}
	switch {
	case next != "":
		b.post(func() { b.enter(next, output, text) })
	case b.up != nil:
		b.output, b.ended = output, true
		b.up.succeeded(b)
	default:
		b.ended = true
		b.x.succeed(text)
	}
}

// failWith fails the state with an error of the language.
func (b *branch) failWith(err error) {
	var e *asl.Error
	if !errors.As(err, &e) {
		e = &asl.Error{Name: asl.ErrRuntime, Cause: err.Error()}
	}
	b.fail(e.Name, e.CauseIn(b.state.Name, b.entered))
}

// fail handles a state's error: by a retry, by a catcher, or not.
func (b *branch) fail(name, cause string) {
	random := b.x.machine.service.random
	if retrier, delay, ok := b.state.Retrying(name, b.retries, random); ok {
		if t := b.x.test; t != nil {
			t.retries(retrier, delay)
			b.give(name, cause)
			return
		}
		b.clear()
		b.retries[retrier]++
		b.pause(delay, b.act)
		return
	}
	if catcher := b.state.Catching(name); catcher != nil {
		output, err := catcher.Output(b.input, name, cause)
		var text string
		if err == nil {
			text, err = asl.Measure(output, fmt.Sprintf("The state/task '%s'", b.state.Name))
		}
		if err == nil {
			b.unfan()
			b.clear()
			b.x.test.catches(b.state, catcher, name, cause)
			b.leave(output, text, catcher.Next)
			return
		}
		var e *asl.Error
		if errors.As(err, &e) {
			name, cause = e.Name, e.Cause
		}
	}
	b.give(name, cause)
}

// give ends the branch with an error that nothing handles.
func (b *branch) give(name, cause string) {
	b.unfan()
	if b.up != nil {
		b.dead = true
		b.up.failed(b, name, cause)
		return
	}
	b.x.fail(name, cause)
}

// clear forgets what an attempt left behind.
func (b *branch) clear() { b.task, b.fan, b.timer = nil, nil, nil }

// halt stops the branch wherever it is. What it has done stays, for a redrive.
func (b *branch) halt() {
	if b == nil || b.ended {
		return
	}
	b.dead = true
	if b.timer != nil {
		b.timer.Stop()
		b.timer = nil
	}
	if b.task != nil {
		b.task.abandon()
		b.task = nil
	}
	if b.fan != nil {
		for _, child := range b.fan.branches {
			child.halt()
		}
	}
}

// scope is what the state's expressions see. The token is that of the task, if it has one.
func (b *branch) scope(input any, token string) asl.Scope {
	scope := asl.Scope{Input: input, Context: b.context(token), Random: b.x.machine.service.random}
	if t := b.x.test; t != nil {
		scope.Inspect = t.tell
	}
	return scope
}

// context makes the context object.
func (b *branch) context(token string) map[string]any {
	x := b.x
	execution := map[string]any{
		"Id": x.arn, "Input": x.input, "Name": x.name, "RoleArn": x.revision.role, "StartTime": stamp(x.started),
	}
	state := map[string]any{"Name": b.state.Name, "EnteredTime": stamp(b.since)}
	if !x.machine.express {
		execution["RedriveCount"] = number(x.redrives)
	}
	if len(b.retries) > 0 {
		sum := 0
		for _, n := range b.retries {
			sum += n
		}
		state["RetryCount"] = number(sum)
	}
	context := map[string]any{
		"Execution": execution, "State": state,
		"StateMachine": map[string]any{"Id": x.machine.arn, "Name": x.machine.name},
	}
	if token != "" {
		context["Task"] = map[string]any{"Token": token}
	}
	if b.item != nil {
		context["Map"] = map[string]any{"Item": map[string]any{"Index": number(b.item.index), "Value": b.item.value}}
	}
	return context
}
