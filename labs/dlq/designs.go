package dlq

import (
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

// cost is what an order takes of an AWS emulator: it is published, received, written and deleted on two
// branches, and four workers poll.
const cost = 80 * time.Millisecond

var designs = []lab.Design{
	// A message that fails has nowhere to go but back. Each of two workers takes two messages at a time: four that
	// can't be processed are all that a queue's workers do from then on, whatever else waits. To try forever saves
	// a message while a dependency is down, and starves all others when the message itself is at fault.
	{Name: "no-dlq", Summary: "a failed message goes back into the queue, forever", Broken: true,
		Cost: cost, Build: pipeline{keys: true}.build},
	// The queue can't know why the receives failed: while Redis is down it parks healthy orders by the hundred, none
	// lost and none processed.
	{Name: "dlq", Summary: "a message is parked after 3 receives",
		Cost: cost, Build: pipeline{keys: true, deadLetters: true}.build},
	// A dead-letter queue that nobody empties is a slower way to lose messages.
	{Name: "dlq-redrive", Summary: "as dlq; what was parked is repaired and replayed after the fault",
		Cost: cost, Build: pipeline{keys: true, deadLetters: true, redrive: true}.build},
	// What the keys and the condition are for: under poison this does as well as the others, and it charges twice as
	// soon as a crash, a lost answer or a client that tries again makes an order come again.
	{Name: "no-keys", Summary: "as dlq; workers don't recognize an order that comes again",
		Cost: cost, Build: pipeline{deadLetters: true}.build},
}
