package eventbus

import (
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

var (
	// What billing's queue does not take goes to a queue of its own in the end, with the reason. An operator sends it
	// back when the target is well. The queue can't know of an event that its consumer has deleted.
	targetDLQ = lab.Design{
		Name:    "target-dlq",
		Summary: "what a target does not take goes to its dead-letter queue; an operator redrives",
		Cost:    80 * time.Millisecond,
		Guards:  append([]lab.Guard{deadLetters, deletedLast}, guards...),
		Build: func(b *lab.Builder) {
			s := &shop{nets: ""}
			if b.Guarded(deadLetters) {
				s.nets, s.dead = "dlq", part.NewQueue(b, "undelivered", 30*time.Second, 0)
			}
			s.build(b)
			b.Repair(s.redrive(b))
		},
	}

	// The bus drops what the target does not take, and can send it again: it keeps every event. So it has what was
	// lost by others, too: even what a consumer deletes before its effect is stored.
	archiveReplay = lab.Design{
		Name:    "archive-replay",
		Summary: "the bus archives events; an operator replays those of the time in which some are missing",
		Cost:    80 * time.Millisecond,
		Guards:  append([]lab.Guard{archived}, guards...),
		Build: func(b *lab.Builder) {
			s := &shop{nets: ""}
			if b.Guarded(archived) {
				s.nets = "archive"
			}
			s.build(b)
			if s.nets == "archive" {
				s.bus.Archived(b)
				b.Repair(s.replay(b))
			}
		},
	}

	// The default: when the retry policy is exhausted the event is dropped. Only a metric tells.
	noTargetDLQ = targetDLQ.Less(lab.Design{
		Name: "no-target-dlq", Summary: "the bus tries as its retry policy says, then drops the event", Broken: true,
	}, deadLetters)
)
