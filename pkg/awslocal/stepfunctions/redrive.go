package stepfunctions

import (
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// redrivable is how long after its end an execution can be redriven.
const redrivable = 14 * 24 * time.Hour

// notRedrivable says why the execution can't be redriven, in AWS's words, or is empty.
func (x *execution) notRedrivable() string {
	switch {
	case x.status == running:
		return "Execution is RUNNING and cannot be redriven"
	case x.status == succeeded:
		return "Execution is SUCCEEDED and cannot be redriven"
	case x.machine.deleting:
		return "State machine is in DELETING status"
	case x.events >= maxEvents-1:
		return "Execution history event limit exceeded"
	case x.machine.service.now().Sub(x.stopped) > redrivable:
		return "Execution redrivable period exceeded"
	}
	return ""
}

// redriveExecution lets a failed execution go on from where it failed, with the definition that it was started with.
func (s *Service) redriveExecution(a *account, in *struct{ ExecutionArn, ClientToken string }) (any, error) {
	x, err := a.execution(in.ExecutionArn)
	if err != nil {
		return nil, err
	}
	if in.ClientToken == "" || in.ClientToken != x.redriveWith {
		if reason := x.notRedrivable(); reason != "" {
			return nil, api.Errorf("ExecutionNotRedrivable", "Execution Not Redrivable: '%s'", reason)
		}
		x.redrive(in.ClientToken)
	}
	return struct {
		RedriveDate float64 `json:"redriveDate"`
	}{seconds(x.redriven)}, nil
}

func (x *execution) redrive(token string) {
	x.redrives++
	x.redriven, x.redriveWith = x.machine.service.now(), token
	x.status, x.stopped, x.error, x.cause, x.output, x.full = running, time.Time{}, "", "", nil, false
	x.machine.running[x] = struct{}{}
	id := x.record("ExecutionRedriven", x.events, &details{RedriveCount: x.redrives})
	x.limitTime()
	x.root.revive(id)
}

// revive lets a branch that failed or was aborted go on. A Parallel or Map state keeps the results of the branches that
// succeeded. Retries are counted anew.
func (b *branch) revive(after int64) {
	b.dead, b.last = false, after
	if b.state == nil { // it was aborted before its first state
		input := b.up.inputs[b.index]
		b.post(func() { b.enter(b.machine.StartAt, input, asl.Encode(input)) })
		return
	}
	clear(b.retries)
	b.task, b.timer = nil, nil
	if b.fan == nil {
		b.post(b.act)
		return
	}
	b.fan.revive(after)
}

// revive starts what the branches have left to do. Iterations that never began follow as others end.
func (f *fan) revive(after int64) {
	f.open, f.bad = 0, 0
	for _, child := range f.branches {
		if child != nil && child.dead {
			f.open++
			child.revive(after)
		}
	}
	f.owner.post(func() { f.begin(after) })
}
