package lab

import (
	"context"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
)

// Spec is a lab. Each lab's folder exports one, as Lab.
type Spec struct {
	Name       string                // of the folder and on the command line; must be set
	Title      string                // one line: the system and what it meets; must be set
	Lesson     string                // one sentence of at most 100 columns: what a run that passes has shown; must be set
	Diagram    string                // the system in a few lines of text; must be set
	Needs      stack.Needs           // what it asks of the stack beyond one node of each
	Workload   Workload              // the traffic; must be set
	Designs    []Design              // in the order in which they are shown; at least one is broken on purpose
	Faults     []Fault               // the first is the signature fault
	Data       []fault.Taint         // that the lab's client can give to messages; none: it sends no messages to spoil
	Invariants []invariant.Invariant // in the order in which they are shown
	Expect     Expectations          // what they are expected to say, of every design under every fault
	// Picture draws what a case looked like, in at most that many columns, to be shown below the
	// timeline: the tenants of each cell, the ring and its keys. Optional.
	Picture func(h history.History, columns int) string
	README  string // the interview answer, embedded from README.md; must be set
}

// Workload is the traffic of a lab at its default size.
type Workload struct {
	Operation     string        // what one is called in the history and in output: "order"; must be set
	Mix           []load.Kind   // what kinds of operations there are; none: one kind, which writes
	Rate          float64       // operations a second on the embedded stack; must be set
	ContainerRate float64       // the same where each AWS call costs milliseconds: containers, external; 0 means Rate
	Keys          int           // distinct keys; 0 means load's default
	Rounds        bool          // every key once before any comes again, so that even a short run meets them all
	Timeout       time.Duration // per operation; 0 means load's default
	PerUserDay    float64       // how many a user makes a day, for estimates at scale; 0 means 1
	RedisPerUser  int64         // bytes that Redis holds of each user, for estimates at scale; 0 means too few to matter
}

// Fault is a fault of the lab by the name its users give.
type Fault struct {
	Name    string      // "poison"
	Summary string      // one clause that a learner reads: what happens
	Fault   fault.Fault // what is injected
	// Patience is how long a sound design may stand still after it and yet go on, such as for a
	// visibility timeout; the drain waits at least that long for headway. 0 means a second.
	Patience time.Duration
}

// Design is one way to build the lab's system.
type Design struct {
	Name    string // "no-dlq"
	Summary string // one clause: what is special about it
	Broken  bool   // it must fail under the signature fault, else it must hold
	// Cost is the processor time that an AWS emulator takes for an operation of the workload, polls
	// included, at the ContainerRate: about 5 ms a call of SQS or SNS, 10 ms of DynamoDB, 15 ms of
	// Kinesis. Where an emulator is a process of its own, designs that ask for more of it than the
	// machine has run in turns. 0 means that it asks for next to nothing.
	Cost time.Duration
	// Build declares the design: its parts, its services and its client. It only declares; nothing runs yet.
	Build func(b *Builder)
}

// System is a design at work.
type System struct {
	// Do sends one operation to the system, as a client of it would.
	Do load.Do
	// Backlog returns how much work has been accepted and is not finished, as the dependencies
	// tell it. The runner shows it over time, and drains until it is 0 or no longer falls.
	// Optional: without it there is nothing to drain.
	Backlog func(ctx context.Context) (int, error)
	// Repair is what an operator does once the fault is over, such as replaying what was parked.
	// It returns when it has begun; what remains of it is part of the backlog. Optional.
	Repair func(ctx context.Context) error
	// Audit is called after every instance has been stopped. It records what is left, so that
	// nothing has to be taken on an instance's word. Optional.
	Audit func(ctx context.Context) error
}

// Fault returns the lab's fault of that name.
func (s *Spec) Fault(name string) (Fault, bool) {
	for _, f := range s.Faults {
		if f.Name == name {
			return f, true
		}
	}
	return Fault{}, false
}

// Design returns the lab's design of that name.
func (s *Spec) Design(name string) (Design, bool) {
	for _, d := range s.Designs {
		if d.Name == name {
			return d, true
		}
	}
	return Design{}, false
}
