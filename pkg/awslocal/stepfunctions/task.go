package stepfunctions

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// task is one attempt of a Task state. It is open until it succeeded, failed, timed out or was abandoned.
type task struct {
	b        *branch
	resource *resource
	token    string // "" if nobody can report on it
	input    any    // the effective input
	text     string // the same
	open     bool

	deadline  time.Time // zero: no time-out
	heartbeat time.Duration
	beatBy    time.Time       // zero: nothing is due
	timer     clockwork.Timer // of the earlier of the two; nil if neither is set
	cancel    func()          // ends what the task started elsewhere; may be nil
}

// attemptTask schedules a Task state's task.
func (b *branch) attemptTask() {
	x := b.x
	s := x.machine.service
	r, problem := parseResource(b.state.Resource)
	if problem != "" {
		b.failWith(&asl.Error{Name: asl.ErrRuntime, Cause: problem})
		return
	}
	t := &task{b: b, resource: r}
	if r.kind == activityTask || r.callback || r.sync != "" {
		x.tokens++
		t.token = makeToken(x.arn, x.tokens)
	}
	var err error
	if t.input, err = b.state.Effective(b.scope(b.input, t.token)); err != nil {
		b.failWith(err)
		return
	}
	if t.text, err = asl.Measure(t.input, fmt.Sprintf("The state/task '%s'", b.state.Name)); err != nil {
		b.failWith(err)
		return
	}
	scope := b.scope(b.input, t.token) // what these paths see, Parameters or not
	limit, err := b.state.TaskTimeout(scope)
	if err != nil {
		b.failWith(err)
		return
	}
	if t.heartbeat, err = b.state.TaskHeartbeat(scope); err != nil {
		b.failWith(err)
		return
	}
	if r.kind == activityTask && x.activity(r) == nil {
		b.failWith(&asl.Error{Name: asl.ErrRuntime, Cause: "The activity " + r.arn + " does not exist."})
		return
	}
	b.record(r.event("Scheduled"), t.scheduled(limit))
	if x.full {
		return
	}
	t.open, b.task = true, t
	if t.token != "" {
		s.tasks[t.token] = t
	}
	if limit > 0 {
		t.deadline = s.clock.Now().Add(limit)
	}
	if r.callback {
		t.beat()
	}
	t.arm()
	if r.kind == activityTask {
		x.activity(r).schedule(t)
		return
	}
	b.record(r.event("Started"), r.details())
	if !x.full {
		t.begin()
	}
}

// scheduled is the details of the event that schedules the task.
func (t *task) scheduled(limit time.Duration) *details {
	d := details{TimeoutInSeconds: int64(limit / time.Second), HeartbeatInSeconds: int64(t.heartbeat / time.Second)}
	if t.resource.kind != serviceTask {
		d.Resource = t.resource.arn
		return withInput(d, t.text)
	}
	d.Resource, d.ResourceType = t.resource.action(), t.resource.service
	d.Region, d.Parameters = t.b.x.machine.account.scope.Region, &t.text
	return &d
}

// begin calls the service on a goroutine of its own: a function may take minutes.
func (t *task) begin() {
	x := t.b.x
	s := x.machine.service
	c := &call{
		service: s, ctx: s.ctx, scope: x.machine.account.scope, resource: t.resource, input: t.input, text: t.text,
		execution: x.arn, machine: x.machine.arn,
	}
	s.wg.Go(func() {
		var result any
		err := error(&taskError{"States.Runtime", "The embedded AWS failed to call " + t.resource.arn + "."})
		s.guard.Run("task", func() { result, err = c.run() })
		s.mu.Lock()
		defer s.mu.Unlock()
		x.post(func() { t.answered(c, result, err) })
	})
}

// answered takes a service's answer.
func (t *task) answered(c *call, result any, err error) {
	if !t.open {
		return
	}
	switch {
	case err != nil:
		name, cause := nameOf(err, t.resource)
		t.fail(name, cause)
	case t.resource.callback, t.resource.sync != "":
		text, tooMuch := t.measure(result)
		if tooMuch {
			return
		}
		t.b.record("TaskSubmitted", t.resource.output(text))
		if t.resource.sync != "" {
			t.follow(c.started)
		}
	default:
		t.succeed(result)
	}
}

// measure encodes a result, or fails the task if it is too large.
func (t *task) measure(result any) (text string, tooMuch bool) {
	who := t.resource.service
	if t.resource.kind != serviceTask {
		who = t.resource.arn
	}
	text, err := asl.Measure(result, "The state/task '"+who+"'")
	var e *asl.Error
	if errors.As(err, &e) {
		t.fail(e.Name, e.Cause)
		return "", true
	}
	return text, false
}

// succeed ends the task with its result.
func (t *task) succeed(result any) {
	text, tooMuch := t.measure(result)
	if tooMuch {
		return
	}
	b := t.b
	t.close()
	b.record(t.resource.event("Succeeded"), t.resource.output(text))
	b.exit(result, b.state.Next)
}

// fail ends the task with an error.
func (t *task) fail(name, cause string) {
	t.close()
	d := t.resource.details()
	if d == nil {
		d = &details{}
	}
	d.Error, d.Cause = name, cause
	t.b.record(t.resource.event("Failed"), d)
	t.b.fail(name, cause)
}

// timeOut ends the task because it took too long.
func (t *task) timeOut(name string) {
	t.abandon()
	t.b.task = nil
	d := t.resource.details()
	if d == nil {
		d = &details{}
	}
	d.Error = asl.ErrTimeout
	t.b.record(t.resource.event("TimedOut"), d)
	t.b.fail(name, "")
}

// beat starts the time until the next heartbeat is due.
func (t *task) beat() {
	if t.heartbeat > 0 {
		t.beatBy = t.b.x.machine.service.clock.Now().Add(t.heartbeat)
	}
}

// arm starts the timer for what is due next.
func (t *task) arm() {
	due := t.deadline
	if due.IsZero() || !t.beatBy.IsZero() && t.beatBy.Before(due) {
		due = t.beatBy
	}
	if due.IsZero() {
		return
	}
	if t.timer != nil {
		t.timer.Stop()
	}
	t.timer = t.b.x.after(due.Sub(t.b.x.machine.service.clock.Now()), t.check)
}

// check times the task out if something is overdue. Heartbeats since the timer was started only postpone it.
func (t *task) check() {
	if !t.open {
		return
	}
	now := t.b.x.machine.service.clock.Now()
	switch {
	case !t.deadline.IsZero() && !now.Before(t.deadline):
		t.timeOut(asl.ErrTimeout)
	case !t.beatBy.IsZero() && !now.Before(t.beatBy):
		t.timeOut(heartbeatError(t.b.state))
	default:
		t.arm()
	}
}

// close ends the task: nobody can report on it any more.
func (t *task) close() {
	t.open = false
	if t.token != "" {
		delete(t.b.x.machine.service.tasks, t.token)
	}
	if t.timer != nil {
		t.timer.Stop()
	}
	if t.b.task == t {
		t.b.task = nil
	}
}

// abandon closes the task, and ends what it started elsewhere if that can be ended. A function that runs goes on, as on
// AWS.
func (t *task) abandon() {
	t.close()
	if t.cancel != nil {
		t.cancel()
	}
}

// tokenPrefix tells a token of ours from garbage.
const tokenPrefix = "AQCUAAAAKgAAAAMAAAAAAAAAA"

// makeToken makes the n'th token of an execution.
func makeToken(execution string, n int64) string {
	text := execution + "|" + strconv.FormatInt(n, 10) + "|" + id.Hex(32)
	return tokenPrefix + base64.StdEncoding.EncodeToString([]byte(text))
}

// readToken returns the execution of a token and the token's number in it.
func readToken(token string) (execution string, n int64, ok bool) {
	rest, ok := strings.CutPrefix(token, tokenPrefix)
	raw, err := base64.StdEncoding.DecodeString(rest)
	parts := strings.Split(string(raw), "|")
	if !ok || err != nil || len(parts) != 3 {
		return "", 0, false
	}
	n, err = strconv.ParseInt(parts[1], 10, 64)
	return parts[0], n, err == nil
}
