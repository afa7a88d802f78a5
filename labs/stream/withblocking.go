package stream

import "github.com/crashlab/crashlab/pkg/lab"

// blocking is what a mapping of a stream to a function does by default. A log keeps its order by
// keeping still: one record that can't be processed stops its shard for as long as it is retained.
var blocking = lab.Design{
	Name:    "block-on-error",
	Summary: "a batch that fails is tried again until it succeeds",
	Broken:  true,
	Cost:    kinesisCost,
	Start:   options{log: newKinesis, policy: blockOnError, once: true}.start,
	Expect: map[string]lab.Statuses{
		"poison":    {progress: violated, catchUp: violated, growth: holds, receives: violated, conservation: holds, exactlyOnce: holds, order: holds},
		"crash":     {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds, window: holds},
		"reshard":   {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
		"duplicate": {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
	},
}

// kafkaBlocking is the same on Kafka. Resharding breaks its order: half of a partition's keys move
// to a new one, which is read at once, while their earlier records wait in the old. How fast the lag
// grows is not judged: one poisoned record blocks all the partitions that its consumer was given.
var kafkaBlocking = lab.Design{
	Name:    "kafka-block-on-error",
	Summary: "block-on-error on Kafka",
	Broken:  true,
	Cost:    kafkaCost,
	Start:   options{log: newKafka, policy: blockOnError, once: true}.start,
	Expect: map[string]lab.Statuses{
		"poison":    {progress: violated, catchUp: violated, receives: violated, conservation: holds, exactlyOnce: holds, order: holds},
		"crash":     {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
		"reshard":   {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: violated},
		"duplicate": {progress: holds, catchUp: holds, conservation: holds, exactlyOnce: holds, order: holds},
	},
}
