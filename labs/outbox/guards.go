package outbox

import "github.com/crashlab/crashlab/pkg/lab"

// What the sound designs rest on.
var (
	oneTransaction = lab.Guard{
		Name: "transaction", Claim: "the row and its event are written both or neither",
		Falls: lab.Falls{"crash": lab.Violated(bothOrNeither)},
	}
	deletedLast = lab.Guard{
		Name: "delete-last", Claim: "an event leaves the outbox only once the log has it",
		Falls: lab.Falls{"kafka-cut": lost},
	}
	checkpointLast = lab.Guard{
		Name: "checkpoint-last", Claim: "a change is checkpointed only once the log has its event",
		Falls: lab.Falls{"kafka-cut": lost},
	}
	sentInOrder = lab.Guard{
		Name: "oldest-first", Claim: "the relay sends events in the order in which they were placed",
		Falls: lab.Falls{"kafka-cut": lab.Violated(inOrder)},
	}
	committedLast = lab.Guard{
		Name: "commit-last", Claim: "shipping commits an event's offset only once the shipment is made",
		Falls: lab.Falls{"shipping-crash": lab.Violated(shippedOnce)},
	}
	keyedShipments = lab.Guard{
		Name: "shipment-key", Claim: "a shipment has its order's key, so that an event that comes again changes nothing",
		Falls: lab.Falls{"lost-ack": lab.Violated(shippedOnce), "relay-crash": lab.Violated(shippedOnce)},
	}
)

// lost is an event that is nowhere any more.
var lost = lab.Violated(bothOrNeither, missing, shippedOnce)
