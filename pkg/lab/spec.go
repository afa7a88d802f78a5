package lab

import (
	"context"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/usage"
)

// Spec is a lab. Each lab's folder exports one, as Lab.
type Spec struct {
	Name       string                // of the folder and on the command line; must be set
	Title      string                // one line: the system and its problem; required
	Lesson     string                // one sentence of at most 100 columns: what a passing run has shown; required
	Diagram    string                // the system in a few lines of text; must be set
	Needs      stack.Needs           // what it requires of the stack beyond one node of each
	Workload   Workload              // the traffic; must be set
	Designs    []Design              // in the order in which they are shown; at least one is broken on purpose
	Faults     []Fault               // the first is the signature fault
	Data       []fault.Taint         // that the lab's client can give to messages; none: it sends no messages to spoil
	Invariants []invariant.Invariant // in the order in which they are shown
	Expect     Expectations          // the predictions, for every design under every fault
	// Picture draws a case, in at most that many columns, for display below the timeline: the tenants of each
	// cell, the ring and its keys. Optional.
	Picture func(h history.History, columns int) string
	README  string // the interview answer, embedded from README.md; must be set
}

// Workload is the traffic of a lab at its default size.
type Workload struct {
	Operation     string        // the name of an operation in the history and in output: "order"; required
	Mix           []load.Kind   // the kinds of operations; none: one kind, which writes
	Rate          float64       // operations a second on the embedded stack; must be set
	ContainerRate float64       // the same if each AWS call costs milliseconds: containers, external; 0 means Rate
	Keys          int           // distinct keys; 0 means 1,000
	Rounds        bool          // every key once before any comes again, so that even a short run meets them all
	Timeout       time.Duration // per operation; 0 means 2 s
	PerUserDay    float64       // how many a user makes a day, for estimates at scale; 0 means 1
	RedisPerUser  int64         // bytes that Redis holds of each user, for estimates at scale; 0 means too few to matter
}

// Fault is a fault of the lab by the name that users type.
type Fault struct {
	Name    string      // "poison"
	Summary string      // one clause for a learner: what happens
	Fault   fault.Fault // what is injected
	// Patience is how long a sound design may stand still after the fault and yet go on, for example for a
	// visibility timeout. The drain waits at least that long for headway. 0 means a second.
	Patience time.Duration
	// AtOnce is how many requests the fault sends a design at one moment. In real time, designs run in turns if the
	// machine's processors can't serve as many together.
	AtOnce int
}

// None is the reserved name of [NoFault].
const None = "none"

// NoFault is what every lab can be run with instead of a fault: then every invariant that can be judged must hold, but
// for what [Regardless] excepts.
var NoFault = Fault{Name: None, Summary: "nothing goes wrong"}

// Design is one way to build the lab's system.
type Design struct {
	Name    string // "no-dlq"
	Summary string // one clause: what is special about it
	Broken  bool   // it must fail under the signature fault, else it must hold
	// Cost is the processor time of an AWS emulator for one operation of the workload, including polls, at
	// the ContainerRate: about 5 ms per call of SQS or SNS, 10 ms of DynamoDB, 15 ms of Kinesis. If the
	// emulator is its own process, designs that need more of it than the machine has run in turns. 0 means
	// next to nothing.
	Cost time.Duration
	// Footprint is what the design has of its own at scale, for estimates.
	Footprint usage.Footprint
	Guards    []Guard // what a sound design rests on; each can be switched off
	// Build declares the design: its parts, its services and its client. It only declares; nothing runs yet. It
	// asks with [Builder.Guarded] for each guard.
	Build func(b *Builder)

	off     []string // guards that the design is declared without
	without []string // guards that are off in this variant of it
}

// System is a running design.
type System struct {
	// Do sends one operation to the system, as a client would.
	Do load.Do
	// Backlog returns how much work has been accepted and is not finished, according to the dependencies. The
	// runner shows it over time, and drains until it is 0 or no longer falls. Optional: without it there is
	// no drain.
	Backlog func(ctx context.Context) (int, error)
	// Repair does what an operator does after the fault, such as replaying parked messages. It returns when
	// it has begun; remaining work is part of the backlog. Optional.
	Repair func(ctx context.Context) error
	// Audit is called after every instance has been stopped. It records what is left, so that no instance has
	// to be trusted. Optional.
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
