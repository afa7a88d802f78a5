package stepfunctions

import (
	"time"

	"github.com/jonboulle/clockwork"

	"github.com/crashlab/crashlab/pkg/awslocal/stepfunctions/asl"
)

// job is one step of an execution.
type job struct {
	x        *execution
	redrives int // of the execution when the step was queued: what an end left behind is not for a redrive
	do       func()
}

// post queues a step of a running execution. Steps of all executions run one after another, in the order of their
// posts, so that the same order of inputs gives the same history. The lock is held.
func (x *execution) post(do func()) {
	s := x.machine.service
	if s.closed {
		return
	}
	s.ready = append(s.ready, job{x, x.redrives, do})
	if !s.working {
		s.working = true
		s.wg.Go(s.work)
	}
}

// work takes steps until none is due. It holds the lock during a step, not between two.
func (s *Service) work() {
	for s.step() {
	}
}

// step takes one step. A panic in it fails the execution that it belongs to.
func (s *Service) step() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.ready) == 0 || s.closed {
		s.working = false
		return false
	}
	next := s.ready[0]
	s.ready[0] = job{}
	s.ready = s.ready[1:]
	if !next.x.running() || next.x.redrives != next.redrives {
		return true
	}
	whole := false
	s.guard.Run("step", func() {
		next.x.run(next.do)
		whole = true
	})
	if !whole && next.x.running() {
		next.x.fail(asl.ErrRuntime, "The embedded AWS failed to run a step of this execution.")
	}
	return true
}

// run does a step of a running execution, and fails it if its history is full afterwards. The lock is held.
func (x *execution) run(do func()) {
	do()
	if x.full && x.running() {
		x.fail(asl.ErrRuntime, x.fullCause())
	}
}

// after runs a step of the execution once d has passed. The timer is stopped when whoever waits is.
func (x *execution) after(d time.Duration, do func()) clockwork.Timer {
	s, redrives := x.machine.service, x.redrives
	return s.clock.AfterFunc(d, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if x.running() && x.redrives == redrives {
			x.post(do)
		}
	})
}
