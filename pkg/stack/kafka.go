package stack

import "time"

// Settings of every Kafka that a backend starts, so that a lab sees the same behavior on each.
const (
	// KafkaFailover is how long a broker of a cluster may be silent before its partitions get other leaders.
	// Kafka's default of 9 s is longer than a lab's fault lasts.
	KafkaFailover = 2 * time.Second
	// KafkaMinSession is the shortest session timeout that a consumer group may ask for.
	// Kafka's default of 6 s would make a lab wait that long to see a dead consumer.
	KafkaMinSession = 500 * time.Millisecond
	// KafkaPartitions is how many partitions a topic gets when its creator does not say.
	KafkaPartitions = 1
)
