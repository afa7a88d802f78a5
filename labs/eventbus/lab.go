package eventbus

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
	"github.com/crashlab/crashlab/pkg/stack"
)

//go:embed README.md
var readme string

var putEvents = awsrules.Call{Service: "events", Operation: "PutEvents", From: "orders"}

// Lab is the shop with an event bus.
var Lab = lab.Spec{
	Name:   "eventbus",
	Title:  "an event bus whose target takes nothing for longer than the bus tries",
	Lesson: "A bus tries only for so long: what it gives up needs a dead-letter queue, or an archive to replay.",
	Diagram: `
client ─▶ orders ─▶ bus ─┬▶ rule: every order ─▶ sqs:billing ───▶ 2 workers ─▶ dynamodb:billing
                    │    ├▶ rule: parcels ─────▶ sqs:shipping ──▶ worker ────▶ dynamodb:shipping
                 archive └▶ rule: from shop.* ─▶ sqs:analytics ─▶ worker ────▶ dynamodb:analytics`,
	Needs:    stack.Needs{Services: []string{"events", "sqs"}}, // no emulator's queue can be told to refuse the bus
	Workload: lab.Workload{Operation: "order", Rate: 40, ContainerRate: 3, Keys: 24, PerUserDay: 0.1},
	Designs:  []lab.Design{noTargetDLQ, targetDLQ, archiveReplay},
	Faults: []lab.Fault{
		{Name: "target-refuses", Summary: "billing's queue takes no message, for longer than the bus tries",
			Fault:    fault.Switch{Name: refusing, Asks: "billing's queue: answers 503 to whoever sends to it"},
			Patience: 2 * time.Second},
		{Name: "wrong-ack", Summary: "a release of a billing worker acknowledges events and bills nobody",
			Fault: fault.Switch{Name: wrongAck, Asks: "billing-1: deletes messages that it has not worked at"}},
		{Name: "crash-before-effect", Summary: "a billing worker dies with an order in hand that it has not billed",
			Fault: process.CrashAt{Instance: "billing-1", Point: unbilled}, Patience: 5 * time.Second},
		{Name: "crash-before-delete", Summary: "a billing worker dies between billing an order and deleting its message",
			Fault: process.CrashAt{Instance: "billing-1", Point: part.BeforeDelete}, Patience: 5 * time.Second},
		{Name: "lost-response", Summary: "the bus takes events, and the order service does not hear of it",
			Fault: awsapi.LostResponse{Call: putEvents, Probability: 0.3}},
		{Name: "entry-refused", Summary: "the bus answers 200, and says in the answer that it has not taken the event",
			Fault: awsapi.PartialBatch{Call: putEvents, Share: 0.3}},
	},
	Invariants: []invariant.Invariant{delivered, lost, replays, misrouted, once, amounts, bystander},
	Expect: lab.Expectations{
		"target-refuses":      {"target-dlq": lab.AllHold, "archive-replay": lab.AllHold},
		"wrong-ack":           {"no-target-dlq": forgotten, "target-dlq": forgotten, "archive-replay": lab.AllHold},
		"crash-before-effect": all(lab.AllHold),
		"crash-before-delete": all(lab.AllHold),
		"lost-response":       all(retried),
		"entry-refused":       all(lab.AllHold),
	},
	README: readme,
}

func all(e lab.Expectation) map[string]lab.Expectation {
	return map[string]lab.Expectation{"no-target-dlq": e, "target-dlq": e, "archive-replay": e}
}

var (
	// No queue keeps what its consumer has deleted, and a dead-letter queue never sees it.
	forgotten = lab.Violated(delivered)
	retried   = lab.NotJudged("how long the order service waits between its tries is drawn by chance", bystander)
)
