package stream

import "github.com/crashlab/crashlab/pkg/lab"

var (
	unblocked = lab.NotJudged("no poisoned record blocks a shard", lagGrowth)
	alive     = lab.NotJudged("no consumer dies", crashWindow)
	calm      = unblocked.Except(alive)
	onKafka   = lab.NotJudged("a group that assigns its partitions anew repeats batches and forgets their tries", maxReceives, bisections, crashWindow)
	stuck     = lab.Violated(progress, lag, maxReceives, bisections)
	// Half of a partition's keys move to a new one, which is read at once, while their earlier records wait.
	overtaking = lab.Violated(order)
	inBatches  = lab.NotJudged("a record's tries before it is parked depend on its place in the batch", maxReceives)
)

var expectations = lab.Expectations{
	"poison": {
		"block-on-error":       stuck.Except(alive),
		"bisect-and-park":      calm.Except(inBatches),
		"at-most-once":         lab.Violated(conservation, exactlyOnce, maxReceives).Except(calm),
		"at-least-once":        lab.Violated(exactlyOnce).Except(calm, inBatches),
		"idempotent":           calm,
		"kafka-block-on-error": stuck.Except(alive, lab.NotJudged("a record blocks all the partitions of its consumer", lagGrowth)),
		"kafka-idempotent":     calm.Except(onKafka),
	},
	"crash": {
		"block-on-error": unblocked, "bisect-and-park": unblocked, "idempotent": unblocked,
		"at-most-once":         lab.Violated(progress, conservation, exactlyOnce).Except(unblocked),
		"at-least-once":        lab.Violated(exactlyOnce).Except(unblocked),
		"kafka-block-on-error": unblocked.Except(onKafka), "kafka-idempotent": unblocked.Except(onKafka),
	},
	"reshard": {
		"block-on-error": calm, "bisect-and-park": calm, "at-most-once": calm, "at-least-once": calm, "idempotent": calm,
		"kafka-block-on-error": overtaking.Except(calm, onKafka), "kafka-idempotent": overtaking.Except(calm, onKafka),
	},
	"duplicate": {
		"block-on-error": calm, "bisect-and-park": calm, "idempotent": calm,
		"at-most-once": lab.Violated(exactlyOnce).Except(calm), "at-least-once": lab.Violated(exactlyOnce).Except(calm),
		"kafka-block-on-error": calm.Except(onKafka), "kafka-idempotent": calm.Except(onKafka),
	},
}
