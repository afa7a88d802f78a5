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
	Designs:  []lab.Design{blocking, bisecting, atMostOnce, atLeastOnce, idempotent, kafkaBlocking, kafkaIdempotent},
	Faults: []lab.Fault{
		{Name: "poison", Summary: "1 movement in 8 has an amount that no consumer can parse",
			Fault: data.Poison{OneIn: 8}},
		{Name: "crash", Summary: "a consumer dies between the effect and the checkpoint of a batch",
			Fault: process.CrashAt{Instance: "consumer-1", Point: between}, Patience: 3 * time.Second},
		{Name: "reshard", Summary: "every shard is divided in two while the consumers are held and behind",
			Fault: fault.Switch{Name: reshardSwitch, Asks: "2 shards → 4, consumers held"}, Patience: 3 * time.Second},
		{Name: "duplicate", Summary: "1 movement in 8 is posted twice, as by a client that tries again",
			Fault: data.Duplicates{OneIn: 8}},
	},
	Data: fault.Taints(), // the client is a lab.Sender
	Invariants: []invariant.Invariant{
		invariant.Progress(believed),
		lag,
		lagGrowth,
		invariant.MaxReceives(proven, tries),
		bisections,
		invariant.Conservation(proven),
		invariant.ExactlyOnce(proven),
		invariant.Order(invariant.Sequence{Operation: "movement", Effect: done}),
		crashWindow,
	},
	README: readme,
}

// What became of a movement, as the consumers tell it while it happens, and as the audit finds it in
// the end.
var (
	believed = invariant.Flow{Operation: "movement", Done: applied}
	proven   = invariant.Flow{Operation: "movement", Done: done}
)

// The invariants' names, for expectations.
const (
	progress     = "progress"
	catchUp      = "lag"
	growth       = "lag-growth"
	receives     = "max-receives"
	bisected     = "bisections"
	conservation = "conservation"
	exactlyOnce  = "exactly-once"
	order        = "order"
	window       = "crash-window"
)

const (
	holds    = invariant.Holds
	violated = invariant.Violated
)
