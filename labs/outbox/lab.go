package outbox

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

//go:embed README.md
var readme string

// Lab is the order service with two stores.
var Lab = lab.Spec{
	Name:   "outbox",
	Title:  "an order service that writes a row and its event, and dies in between",
	Lesson: "Two stores can't be written at once: write one, and let what it holds be carried to the other.",
	Diagram: `
client ─▶ 2 orders ─▶ dynamodb:orders (+ outbox) ─ relay ─▶ kafka:placed ─▶ shipping ─▶ dynamodb:shipments`,
	Workload: lab.Workload{Operation: "order", Rate: 40, ContainerRate: 3, Keys: 24, PerUserDay: 0.1},
	Designs:  []lab.Design{dualWrite, transactional, streamRelay},
	Faults: []lab.Fault{
		{Name: "crash", Summary: "one of the two order services dies between the row and its event",
			Fault: process.CrashAt{Instance: "orders-1", Point: between}},
		{Name: "kafka-cut", Summary: "nobody reaches Kafka",
			Fault: network.Cut{Link: link.Pattern{To: stack.Kafka}}},
		{Name: "lost-ack", Summary: "Kafka takes what is sent, and its answers get lost",
			Fault: network.Cut{Link: link.Pattern{To: stack.Kafka}, OneWay: network.AnswersOnly}},
		{Name: "relay-crash", Summary: "the relay dies after the log has taken an event and before that is noted",
			Fault: process.CrashAt{Instance: "relay", Point: unconfirmed}},
		{Name: "shipping-crash", Summary: "shipping dies between an event and its shipment",
			Fault: process.CrashAt{Instance: "shipping", Point: unshipped}, Patience: 5 * time.Second},
		{Name: "lost-response", Summary: "half of the answers to the order services' writes get lost after the write",
			Fault: awsapi.LostResponse{Call: awsrules.Call{Service: "dynamodb", From: "orders-*"}, Probability: 0.5}},
	},
	Invariants: []invariant.Invariant{bothOrNeither, missing, shippedOnce, asAsked, inOrder, lag},
	Expect: lab.Expectations{
		"crash":          {"dual-write": lab.Violated(bothOrNeither), "outbox": lab.AllHold, "stream-relay": lab.AllHold},
		"kafka-cut":      {"dual-write": lab.Violated(bothOrNeither), "outbox": lab.AllHold, "stream-relay": lab.AllHold},
		"lost-ack":       {"dual-write": lostAck, "outbox": lab.AllHold, "stream-relay": lab.AllHold},
		"relay-crash":    {"dual-write": lab.Absent("it has no relay"), "outbox": lab.AllHold, "stream-relay": lab.AllHold},
		"shipping-crash": {"dual-write": lab.AllHold, "outbox": lab.AllHold, "stream-relay": lab.AllHold},
		"lost-response":  {"dual-write": lab.Violated(bothOrNeither), "outbox": lab.AllHold, "stream-relay": lab.AllHold},
	},
	README: readme,
}

var lostAck = lab.NotJudged("a writer that gives up may have written or not", bothOrNeither)
