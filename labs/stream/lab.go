package stream

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/data"
	"github.com/crashlab/crashlab/pkg/fault/process"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
)

//go:embed README.md
var readme string

// Lab is the ledger fed by a log.
var Lab = lab.Spec{
	Name:   "stream",
	Title:  "a ledger fed by a log: what blocks, what repeats, what is lost, what comes out of order",
	Lesson: "A poison record blocks its shard until it is parked; only an idempotent effect survives a replay.",
	Diagram: `
client ─▶ intake ─┬▶ kinesis:movements ─ shard per key ─▶ 2 consumers ─▶ dynamodb (accounts), s3 (parked)
                  │                                        checkpoints in dynamodb
                  └▶ or kafka:movements ─ partitions ───▶ 2 consumers, one group; checkpoints are committed offsets`,
	Workload: lab.Workload{Operation: "movement", Rate: 32, ContainerRate: 4, Keys: 24, Rounds: true, PerUserDay: 2},
	Designs: []lab.Design{
		{Name: "block-on-error", Summary: "a batch that fails is tried again until it succeeds",
			Broken: true, Cost: kinesisCost, Build: design{newKinesis, blockOnError, true}.build},
		{Name: "bisect-and-park", Summary: "a batch that fails is halved; a record that fails alone 3 times is parked",
			Cost: kinesisCost, Build: design{newKinesis, bisectAndPark, true}.build},
		{Name: "at-most-once", Summary: "the checkpoint comes before the effect; what fails is dropped",
			Broken: true, Cost: kinesisCost, Build: design{newKinesis, checkpointFirst, false}.build},
		// It needs no crash to count twice: bisecting a batch repeats the part of it that had succeeded.
		{Name: "at-least-once", Summary: "as bisect-and-park; an account does not know what it has",
			Broken: true, Cost: kinesisCost, Build: design{newKinesis, bisectAndPark, false}.build},
		{Name: "idempotent", Summary: "only the failing record is tried again, 3 times; an account applies a movement once",
			Cost: kinesisCost, Build: design{newKinesis, reportFailure, true}.build},
		{Name: "kafka-block-on-error", Summary: "block-on-error on Kafka",
			Broken: true, Cost: kafkaCost, Build: design{newKafka, blockOnError, true}.build},
		{Name: "kafka-idempotent", Summary: "idempotent on Kafka",
			Cost: kafkaCost, Build: design{newKafka, reportFailure, true}.build},
	},
	Faults: []lab.Fault{
		{Name: "poison", Summary: "1 movement in 8 has an amount that no consumer can parse",
			Fault: data.Poison{OneIn: 8}},
		{Name: "crash", Summary: "a consumer dies between the effect and the checkpoint of a batch",
			Fault: process.CrashAt{Instance: "consumer-1", Point: between}, Patience: 3 * time.Second},
		{Name: "reshard", Summary: "every shard is divided in two while the consumers are stopped and behind",
			Fault: fault.Switch{Name: reshard, Asks: "2 shards → 4, consumers stopped"}, Patience: 3 * time.Second},
		{Name: "duplicate", Summary: "1 movement in 8 is posted twice, as by a client that tries again",
			Fault: data.Duplicates{OneIn: 8}},
	},
	Data:       fault.Taints(), // the client is a part.Sender
	Invariants: []invariant.Invariant{progress, lag, lagGrowth, maxReceives, bisections, conservation, exactlyOnce, order, crashWindow},
	Expect:     expectations,
	README:     readme,
}

// What a movement takes of an AWS emulator. It is applied to its account; on Kinesis it is put into the log as
// well, and the consumers read shards, look for others and keep their checkpoints.
const (
	kinesisCost = 60 * time.Millisecond
	kafkaCost   = 15 * time.Millisecond
)
