package stream

import "github.com/crashlab/crashlab/pkg/lab"

// idempotent has the function say which record failed, so that only that one is tried again, and has
// the account know what it has.
var idempotent = lab.Design{
	Name:    "idempotent",
	Summary: "only the failing record is tried again, 3 times; an account applies a movement once",
	Cost:    kinesisCost,
	Start:   options{log: newKinesis, policy: reportFailure, once: true}.start,
	Expect: map[string]lab.Statuses{
		"poison":    {progress: holds, catchUp: holds, receives: holds, conservation: holds, exactlyOnce: holds, order: holds},
		"crash":     {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds, window: holds},
		"reshard":   {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
		"duplicate": {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
	},
}

// kafkaIdempotent is the same on Kafka. A crash makes the group hand its partitions out anew, which
// can repeat another member's batch as well, and with it the tries of a record, which are counted in
// the consumer's memory. So neither how much a crash repeats nor how often a record is tried is judged.
var kafkaIdempotent = lab.Design{
	Name:    "kafka-idempotent",
	Summary: "idempotent on Kafka",
	Cost:    kafkaCost,
	Start:   options{log: newKafka, policy: reportFailure, once: true}.start,
	Expect: map[string]lab.Statuses{
		"poison":    {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
		"crash":     {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
		"reshard":   {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: violated},
		"duplicate": {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
	},
}
