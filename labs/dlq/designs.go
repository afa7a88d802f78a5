package dlq

import (
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

// cost is what an order takes of an AWS emulator: it is published, received, written and deleted on two
// branches, and four workers poll.
const cost = 80 * time.Millisecond

var (
	// The queue can't know why the receives failed: while Redis is down it parks healthy orders by the hundred, none
	// lost and none processed.
	parking = lab.Design{Name: "dlq", Summary: "a message is parked after 3 receives",
		Cost: cost, Guards: guards, Build: pipeline{}.build}

	// A dead-letter queue that nobody empties is a slower way to lose messages.
	redriving = lab.Design{Name: "dlq-redrive", Summary: "as dlq; redrivers repair and replay what was parked",
		Cost: cost, Guards: slices.Concat(guards, []lab.Guard{sentBackLast, pausing}), Build: pipeline{redrive: true}.build}

	// A message that fails has nowhere to go but back. Each of two workers takes two messages at a time: four that
	// can't be processed are all that a queue's workers do from then on, whatever else waits. To try forever saves
	// a message while a dependency is down, and starves all others when the message itself is at fault.
	noDLQ = parkingLess("no-dlq", "a failed message goes back into the queue, forever", true, deadLetterQueue)

	// Under poison this does as well as the others, and it charges twice as soon as a crash, a lost answer or a
	// client that tries again makes an order come again.
	noKeys = parkingLess("no-keys", "as dlq; workers don't recognize an order that comes again", false,
		conditionalWrite, idempotencyKeys)
)

// parkingLess returns dlq without guards. Its others are not switched off in turn: that is for the sound designs.
func parkingLess(name, summary string, broken bool, without ...lab.Guard) lab.Design {
	d := parking.Less(lab.Design{Name: name, Summary: summary, Broken: broken}, without...)
	d.Guards = without
	return d
}
