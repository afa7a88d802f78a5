package stream

import "github.com/crashlab/crashlab/pkg/lab"

// What the designs on Kinesis rest on.
var (
	journal = lab.Guard{
		Name: "journal", Claim: "an account has the IDs of its movements, and applies each only once",
		Falls: lab.Falls{
			"crash":          twice.Except(unblocked),
			"crash-in-batch": twice.Except(unblocked),
			"duplicate":      twice.Except(calm),
		},
	}
	parking = lab.Guard{
		Name: "parking", Claim: "a record that fails alone 3 times goes to a bucket, and its shard goes on",
		Falls: lab.Falls{"poison": stuck},
	}
	checkpointLast = lab.Guard{
		Name: "checkpoint-last", Claim: "the checkpoint of a batch comes after its effects",
		Falls: lab.Falls{"crash": dropped.Except(unblocked), "crash-in-batch": dropped.Except(unblocked)},
	}
	parentsFirst = lab.Guard{
		Name: "parents-first", Claim: "a shard that was split is read to its end before its children",
		Falls: lab.Falls{"reshard": lab.Violated(order).Except(calm)},
	}
	onKinesis = []lab.Guard{journal, parking, checkpointLast, parentsFirst}
)

// The same on Kafka, where partitions have no parents, and a batch is one record.
var onKafka = []lab.Guard{
	{Name: journal.Name, Claim: journal.Claim, Falls: lab.Falls{
		"crash": twice.Except(unblocked, regrouped, gathering), "duplicate": twice.Except(calm, regrouped),
	}},
	{Name: parking.Name, Claim: parking.Claim, Falls: lab.Falls{"poison": stuck.Except(shared)}},
	{Name: checkpointLast.Name, Claim: checkpointLast.Claim, Falls: lab.Falls{
		"crash": dropped.Except(unblocked, regrouped, gathering),
	}},
}

// dropped is a movement that was accepted and is nowhere.
var dropped = lab.Violated(progress, conservation, exactlyOnce)
