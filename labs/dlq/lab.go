package dlq

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/data"
	"github.com/crashlab/crashlab/pkg/fault/network"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

//go:embed README.md
var readme string

// Lab is the order pipeline.
var Lab = lab.Spec{
	Name:   "dlq",
	Title:  "an order pipeline that meets messages it can't process",
	Lesson: "A message that can never succeed must leave the queue after a few tries, or it starves the others.",
	Diagram: `
client ─▶ intake ─▶ kafka:orders ─▶ dispatcher ─▶ sns:placed ─┬▶ sqs:billing ──▶ 2 workers ─▶ redis (keys), dynamodb (ledger)
                                                              └▶ sqs:shipping ─▶ 2 workers ─▶ redis (keys), dynamodb (ledger)`,
	Workload: lab.Workload{Operation: "order", Rate: 50, ContainerRate: 4, PerUserDay: 0.1, RedisPerUser: 80},
	Designs:  []lab.Design{noDLQ, withDLQ, withRedrive, withoutKeys},
	Faults: []lab.Fault{
		{Name: "poison", Summary: "1 order in 8 has an amount that no worker can parse",
			Fault: data.Poison{OneIn: 8}},
		{Name: "worker-crash", Summary: "a billing worker dies between charging an order and deleting its message",
			Fault: process.CrashAt{Instance: "billing-1", Point: beforeAck}},
		{Name: "lost-response", Summary: "SNS takes an order, and the dispatcher never hears of it",
			Fault: awsapi.LostResponse{Call: awsrules.Call{Service: "sns", Operation: "Publish", From: "dispatcher"}, Probability: 0.3}},
		{Name: "kafka-cut", Summary: "nobody reaches Kafka",
			Fault: network.Cut{Link: link.Pattern{To: stack.Kafka}}},
		{Name: "redis-down", Summary: "no worker reaches Redis, so none can tell whether an order is new",
			Fault: network.Cut{Link: link.Pattern{To: stack.Redis}}, Patience: 5 * time.Second},
		{Name: "duplicate", Summary: "1 order in 8 is posted twice, as by a client that tries again",
			Fault: data.Duplicates{OneIn: 8}, Patience: 5 * time.Second},
	},
	Data: fault.Taints(), // the client is a lab.Sender
	// max-receives is of messages and counts orders, so that it is judged only where an order is one
	// message a queue: not under faults that make an order two messages.
	Invariants: []invariant.Invariant{
		invariant.Progress(believed),
		invariant.CompletionLatency(believed, 10, time.Second),
		invariant.MaxReceives(proven, maxReceives),
		invariant.Conservation(proven),
		invariant.ExactlyOnce(proven),
	},
	README: readme,
}

// What became of an order, as the workers tell it while it happens, and as the audit finds it in
// the end.
var (
	believed = invariant.Flow{Operation: "order", Branches: branches, Done: handled}
	proven   = invariant.Flow{Operation: "order", Branches: branches, Done: done}
)

// The invariants' names, for expectations.
const (
	progress     = "progress"
	latency      = "completion-latency"
	receives     = "max-receives"
	conservation = "conservation"
	exactlyOnce  = "exactly-once"
)

const (
	holds    = invariant.Holds
	violated = invariant.Violated
)
