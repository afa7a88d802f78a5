package hotpartition

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
)

//go:embed README.md
var readme string

// The operations, and the switch of the traffic.
const (
	buy       = "order"
	look      = "look"
	celebrity = "celebrity"
)

// hotShare is the share of the operations that are orders of the bestseller while it is one: 16 of 25.
const hotShare = 0.64

// Lab is the shop.
var Lab = lab.Spec{
	Name:   "hotpartition",
	Title:  "a shop's counters and its list of orders on DynamoDB, and one product that all want",
	Lesson: "A key takes 1,000 write units a second, whatever its table has: spread what is hot, in indexes too.",
	Diagram: `
                   ┌▶ dynamodb:counters (product#shard)
client ─▶ 2 shops ─┼▶ redis (counts) ─ flusher ─▶ dynamodb:counters
                   └▶ dynamodb:orders (order) ─▶ its index (product)`,
	Needs: stack.Needs{Throttling: true},
	Workload: lab.Workload{Operation: buy, Rate: 80, Keys: 50, PerUserDay: 1, Mix: []load.Kind{
		{Name: buy, Weight: 4},
		{Name: buy, Weight: 16, Key: hot, During: celebrity},
		{Name: look, Weight: 1, ReadOnly: true},
		{Name: look, Weight: 4, Key: hot, ReadOnly: true, During: celebrity},
	}},
	Designs: []lab.Design{oneKey, writeSharded, buffered, lowCardinality, sparse},
	Faults: []lab.Fault{
		{Name: celebrity, Summary: "a celebrity shows a product, and four orders in five are for it",
			Fault: fault.Switch{Name: celebrity, Asks: "80 % of requests for one product"}},
		{Name: "redis-dies", Summary: "Redis dies, and an empty one takes its place",
			Fault: process.Restart{Process: stack.Redis, Down: 50 * time.Millisecond}},
		{Name: "lost-response", Summary: "a third of the answers to writes get lost after the write",
			Fault: awsapi.LostResponse{Call: awsrules.Call{Service: "dynamodb", Operation: "*Item"}, Probability: 0.3}},
	},
	Invariants: []invariant.Invariant{served, hotKey, lost, notTwice, reads, readCost, worklist},
	Expect: lab.Expectations{
		celebrity: {
			"one-key":         lab.Violated(served).Except(noList),
			"write-sharded":   noList,
			"buffered":        noTableRead.Except(noList),
			"low-cardinality": lab.Violated(served).Except(noCount),
			"sparse-index":    noCount,
		},
		"redis-dies": {
			"one-key": noRedis, "write-sharded": noRedis, "low-cardinality": noRedis, "sparse-index": noRedis,
			"buffered": memory.Except(noTableRead, noList),
		},
		"lost-response": {
			"one-key": noList, "write-sharded": noList, "buffered": noTableRead.Except(noList),
			"low-cardinality": noCount, "sparse-index": noCount,
		},
		lab.None: {
			"one-key": noList, "write-sharded": noList, "buffered": noTableRead.Except(noList),
			"low-cardinality": noCount, "sparse-index": noCount,
		},
	},
	README: readme,
}

var noRedis = lab.Absent("it has no Redis")
