package stream

import (
	_ "embed"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
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
		bisecting.Less(lab.Design{Name: "block-on-error", Broken: true,
			Summary: "a batch that fails is tried again until it succeeds"}, parking),
		bisecting,
		reporting.Less(lab.Design{Name: "at-most-once", Broken: true,
			Summary: "the checkpoint comes before the effect; what fails is dropped"}, checkpointLast, journal),
		// It needs no crash to count twice: bisecting a batch repeats the part of it that had succeeded.
		bisecting.Less(lab.Design{Name: "at-least-once", Broken: true,
			Summary: "as bisect-and-park; an account does not know what it has"}, journal),
		reporting,
		reportingOnKafka.Less(lab.Design{Name: "kafka-block-on-error", Broken: true,
			Summary: "block-on-error on Kafka"}, parking),
		reportingOnKafka,
	},
	Faults: []lab.Fault{
		{Name: "poison", Summary: "1 movement in 8 has an amount that no consumer can parse",
			Fault: data.Poison{OneIn: 8}},
		{Name: "crash", Summary: "a consumer dies between the effect and the checkpoint of a batch",
			Fault: process.CrashAt{Instance: "consumer-1", Point: between}, Patience: 3 * time.Second},
		{Name: "crash-in-batch", Summary: "a consumer dies when some of a batch's effects are made, and not all",
			Fault: process.CrashAt{Instance: "consumer-1", Point: inBatch}, Patience: 3 * time.Second},
		{Name: "reshard", Summary: "every shard is divided in two while the consumers are stopped and behind",
			Fault: fault.Switch{Name: reshard, Asks: "2 shards → 4, consumers stopped"}, Patience: 3 * time.Second},
		{Name: "duplicate", Summary: "1 movement in 8 is posted twice, as by a client that tries again",
			Fault: data.Duplicates{OneIn: 8}},
		{Name: "accounts-denied", Summary: "the consumers lose their permission to write to the accounts",
			Fault: awsapi.Error{
				Call: awsrules.Call{Service: "dynamodb", Operation: "UpdateItem", From: "consumer-*"},
				Code: "AccessDeniedException",
			}, Patience: 3 * time.Second},
	},
	Data: fault.Taints(), // the client is a part.Sender
	Invariants: []invariant.Invariant{
		progress, lag, lagGrowth, iteratorAge, maxReceives, bisections,
		conservation, exactlyOnce, amounts, order, crashWindow,
	},
	Expect: expectations,
	README: readme,
}

// What a movement takes of an AWS emulator: its account is written, and on Kinesis so are the log and checkpoints.
const kinesisCost, kafkaCost = 70 * time.Millisecond, 15 * time.Millisecond

// The sound designs.
var (
	bisecting = lab.Design{
		Name: "bisect-and-park", Summary: "a batch that fails is halved; a record that fails alone 3 times is parked",
		Cost: kinesisCost, Guards: onKinesis, Build: pipeline{newLog: newKinesis, policy: bisectAndPark}.build,
	}
	reporting = lab.Design{
		Name:    "idempotent",
		Summary: "only the failing record is tried again, 3 times; an account applies a movement once",
		Cost:    kinesisCost, Guards: onKinesis, Build: pipeline{newLog: newKinesis, policy: reportFailure}.build,
	}
	reportingOnKafka = lab.Design{
		Name: "kafka-idempotent", Summary: "idempotent on Kafka",
		Cost: kafkaCost, Guards: onKafka, Build: pipeline{newLog: newKafka, policy: reportFailure}.build,
	}
)

var (
	unblocked = lab.NotJudged("no poisoned record blocks a shard", lagGrowth)
	alive     = lab.NotJudged("no consumer dies", crashWindow)
	calm      = unblocked.Except(alive)
	inBatches = lab.NotJudged("a record's tries before it is parked depend on its place in the batch", maxReceives)
	regrouped = lab.NotJudged("a group that assigns its partitions anew repeats records and forgets their tries",
		maxReceives, bisections, crashWindow)
	heldUp    = lab.NotJudged("every record is tried again, and those behind it add up beyond their own time", iteratorAge)
	gathering = lab.NotJudged("a group first waits for all members that it knows, dead ones too",
		iteratorAge)
	shared   = lab.NotJudged("a record blocks all the partitions of its consumer", lagGrowth)
	starved  = lab.Violated(progress).Except(calm)
	stuck    = lab.Violated(progress, lag, maxReceives, bisections).Except(alive)
	twice    = lab.Violated(exactlyOnce)
	patient  = lab.Violated(maxReceives, bisections).Except(calm)
	atEdge   = lab.NotJudged("a batch of which the fault lets a part through is chance", exactlyOnce)
	oneByOne = lab.Absent("its consumers take one record at a time")
	// Half of a partition's keys move to a new one, which is read at once, while their earlier records wait.
	overtaken = lab.Violated(order).Except(calm, regrouped, gathering)
)

var expectations = lab.Expectations{
	"poison": {
		"block-on-error": stuck, "bisect-and-park": calm.Except(inBatches), "idempotent": calm,
		"at-most-once":         lab.Violated(conservation, exactlyOnce, maxReceives).Except(calm),
		"at-least-once":        twice.Except(calm, inBatches),
		"kafka-block-on-error": stuck.Except(shared), "kafka-idempotent": calm.Except(regrouped),
	},
	"crash": {
		"block-on-error": unblocked, "bisect-and-park": unblocked, "idempotent": unblocked,
		"at-most-once":         dropped.Except(unblocked),
		"at-least-once":        twice.Except(unblocked),
		"kafka-block-on-error": unblocked.Except(regrouped, gathering),
		"kafka-idempotent":     unblocked.Except(regrouped, gathering),
	},
	"crash-in-batch": {
		"block-on-error": unblocked, "bisect-and-park": unblocked, "idempotent": unblocked,
		"at-most-once":         dropped.Except(unblocked),
		"at-least-once":        twice.Except(unblocked),
		"kafka-block-on-error": oneByOne, "kafka-idempotent": oneByOne,
	},
	"reshard": {
		"block-on-error": calm, "bisect-and-park": calm, "idempotent": calm,
		"at-most-once": calm, "at-least-once": calm,
		"kafka-block-on-error": overtaken, "kafka-idempotent": overtaken,
	},
	"duplicate": {
		"block-on-error": calm, "bisect-and-park": calm, "idempotent": calm,
		"at-most-once": twice.Except(calm), "at-least-once": twice.Except(calm),
		"kafka-block-on-error": calm.Except(regrouped), "kafka-idempotent": calm.Except(regrouped),
	},
	"accounts-denied": { // a consumer can't tell it from poison
		"block-on-error": patient.Except(heldUp), "bisect-and-park": starved.Except(inBatches, heldUp),
		"idempotent":           starved.Except(heldUp),
		"at-most-once":         dropped.Except(calm),
		"at-least-once":        starved.Except(inBatches, atEdge, heldUp),
		"kafka-block-on-error": patient.Except(regrouped, heldUp),
		"kafka-idempotent":     starved.Except(regrouped, heldUp),
	},
}
