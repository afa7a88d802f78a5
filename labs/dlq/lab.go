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
	"github.com/crashlab/crashlab/pkg/part"
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
client ─▶ intake ─▶ kafka:orders ─▶ dispatcher ─▶ sns:placed ─┬▶ sqs:billing ──▶ 2 workers ─┬▶ redis (keys)
                                                              └▶ sqs:shipping ─▶ 2 workers ─┴▶ dynamodb (ledger)`,
	Workload: lab.Workload{Operation: "order", Rate: 50, ContainerRate: 4, PerUserDay: 0.1, RedisPerUser: 80},
	Designs:  []lab.Design{noDLQ, parking, redriving, noKeys},
	Faults: []lab.Fault{
		{Name: "poison", Summary: "1 order in 8 has an amount that no worker can parse",
			Fault: data.Poison{OneIn: 8}},
		{Name: "worker-crash", Summary: "a billing worker dies between charging an order and deleting its message",
			Fault: process.CrashAt{Instance: "billing-1", Point: part.BeforeDelete}, Patience: 5 * time.Second},
		{Name: "crash-before-write", Summary: "a billing worker dies between receiving an order and charging it",
			Fault: process.CrashAt{Instance: "billing-1", Point: beforeWrite}, Patience: 5 * time.Second},
		{Name: "crash-after-write", Summary: "a billing worker dies between charging an order and noting so in Redis",
			Fault: process.CrashAt{Instance: "billing-1", Point: afterWrite}, Patience: 5 * time.Second},
		{Name: "dispatcher-crash", Summary: "the dispatcher dies before it publishes an order",
			Fault: process.CrashAt{Instance: "dispatcher", Point: beforeSend}, Patience: 5 * time.Second},
		{Name: "crash-after-publish", Summary: "the dispatcher dies between publishing an order and committing its offset",
			Fault: process.CrashAt{Instance: "dispatcher", Point: afterSend}, Patience: 5 * time.Second},
		{Name: "redriver-crash", Summary: "amid poison, a redriver dies before it sends a parked message back",
			Fault: redriverDies(beforeSend), Patience: 5 * time.Second},
		{Name: "crash-after-replay", Summary: "amid poison, a redriver dies between sending a message back and deleting it",
			Fault: redriverDies(afterSend), Patience: 5 * time.Second},
		{Name: "lost-response", Summary: "SNS takes an order, and the dispatcher never hears of it",
			Fault: awsapi.LostResponse{
				Call: awsrules.Call{Service: "sns", Operation: "Publish", From: "dispatcher"}, Probability: 0.3,
			}},
		{Name: "kafka-cut", Summary: "nobody reaches Kafka",
			Fault: network.Cut{Link: link.Pattern{To: stack.Kafka}}},
		{Name: "redis-down", Summary: "no worker reaches Redis, so none can tell whether an order is new",
			Fault: network.Cut{Link: link.Pattern{To: stack.Redis}}, Patience: 5 * time.Second},
		{Name: "ledger-denied", Summary: "the workers lose their permission to write to the ledger",
			Fault: denied("dynamodb", "UpdateItem"), Patience: 5 * time.Second},
		{Name: "publish-denied", Summary: "the dispatcher loses its permission to publish",
			Fault: denied("sns", "Publish"), Patience: 5 * time.Second},
		{Name: "duplicate", Summary: "1 order in 8 is posted twice, as by a client that tries again",
			Fault: data.Duplicates{OneIn: 8}, Patience: 5 * time.Second},
	},
	Data: fault.Taints(),
	Invariants: []invariant.Invariant{
		progress, latency, catchUp, receives, pace, conservation, exactlyOnce, amounts, spared,
	},
	Expect: expectations,
	README: readme,
}

// redriverDies makes a redriver die, and gives it something to do.
func redriverDies(point string) amid {
	return amid{process.CrashAt{Instance: "billing-redriver", Point: point}, data.Poison{OneIn: 8}}
}

// denied refuses calls for good, until the fault is over: no SDK tries them again.
func denied(service, operation string) awsapi.Error {
	return awsapi.Error{Call: awsrules.Call{Service: service, Operation: operation}, Code: "AccessDeniedException"}
}
