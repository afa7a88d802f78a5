package dlq

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	deadLetterQueue = lab.Guard{
		Name: "dead-letter-queue", Claim: "a message that was received 3 times and is still there leaves the queue",
		Falls: lab.Falls{"poison": starved.Except(lab.Violated(receives)), "redis-down": endless, "ledger-denied": endless},
	}
	acceptedLast = lab.Guard{
		Name: "ack-after-append", Claim: "the intake says 202 only once Kafka has the order",
		Falls: lab.Falls{"kafka-cut": lost.Except(cut, twice)},
	}
	committedLast = lab.Guard{
		Name: "commit-after-publish", Claim: "the dispatcher commits an offset only once SNS has the order",
		Falls: lab.Falls{"dispatcher-crash": lost.Except(waits), "publish-denied": lost.Except(waits)},
	}
	deletedLast = lab.Guard{
		Name: "delete-after-effect", Claim: "a worker deletes a message only once its order took effect",
		Falls: lab.Falls{
			"poison":             lab.Violated(conservation, exactlyOnce, receives),
			"crash-before-write": lost.Except(victims),
		},
	}
	conditionalWrite = lab.Guard{
		Name: "conditional-write", Claim: "the ledger takes an order's effect only if it has none of it yet",
		Falls: lab.Falls{"crash-after-write": lab.Violated(exactlyOnce).Except(victims)},
	}
	idempotencyKeys = lab.Guard{
		Name: "idempotency-keys", Claim: "a worker recognizes an order that is done or in work, and spares its work",
		Falls: lab.Falls{
			"worker-crash": again.Except(victims), "crash-after-publish": again.Except(waits, twice),
			"lost-response": again.Except(retries, twice), "duplicate": again.Except(twice),
		},
	}
	pausing = lab.Guard{
		Name: "pause", Claim: "a worker that can't reach Redis waits as long as the work would take",
		Falls: lab.Falls{"redis-down": lab.Violated(pace, latency)},
	}
	sentBackLast = lab.Guard{
		Name: "delete-after-replay", Claim: "a redriver deletes a parked message only once its queue has it again",
		Falls: lab.Falls{"redriver-crash": lab.Violated(conservation, exactlyOnce)},
	}
)

// again is work that is done again, for nothing.
var again = lab.Violated(spared)

// of every sound design.
var guards = []lab.Guard{
	deadLetterQueue, acceptedLast, committedLast, deletedLast, conditionalWrite, idempotencyKeys,
}
