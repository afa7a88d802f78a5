package eventbus

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	deadLetters = lab.Guard{
		Name: "target-dead-letters", Claim: "an event that the bus gives up goes to its target's dead-letter queue",
		Falls: lab.Falls{"target-refuses": lab.Violated(delivered)},
	}
	archived = lab.Guard{
		Name: "archive", Claim: "the bus keeps every event, so that it can be sent again",
		Falls: lab.Falls{"target-refuses": lab.Violated(delivered), "wrong-ack": lab.Violated(delivered)},
	}
	idempotent = lab.Guard{
		Name: "idempotent-consumer", Claim: "a message that comes again has no second effect",
		Falls: lab.Falls{"crash-before-delete": lab.Violated(once), "lost-response": lab.Violated(once).Except(retried)},
	}
	orderKey = lab.Guard{
		Name: "order-key", Claim: "a consumer knows an order by its own ID, not by that of the event",
		Falls: lab.Falls{"lost-response": lab.Violated(once).Except(retried)},
	}
	deletedLast = lab.Guard{
		Name: "delete-last", Claim: "a consumer deletes a message only once its effect is stored",
		Falls: lab.Falls{"crash-before-effect": lab.Violated(delivered, lost)},
	}
	entriesChecked = lab.Guard{
		Name: "check-entries", Claim: "the order service reads in the answer whether the bus took the event",
		Falls: lab.Falls{"entry-refused": lab.Violated(delivered, lost, bystander)},
	}
)

// guards are those of every sound design.
var guards = []lab.Guard{idempotent, orderKey, entriesChecked}
