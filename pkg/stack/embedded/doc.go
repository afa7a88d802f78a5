// Package embedded provides the three dependencies inside this process, on loopback ports: AWS
// by package awslocal, Kafka by franz-go's kfake, Redis by package redislocal. It gives a first verdict
// within seconds on a machine with nothing but Go. It does not measure how fast the real services
// are, and it keeps nothing on disk.
//
// A killed process loses what its container loses: AWS and Redis, which run without persistence,
// come back empty; Kafka comes back with its log, its groups and their offsets.
//
// A silent Kafka broker of a cluster is fenced after [stack.KafkaFailover], as a real one is:
// metadata leaves it out, and its partitions get other leaders; those without a replica elsewhere
// answer LEADER_NOT_AVAILABLE. It differs from a real cluster in three ways:
//   - The last node is always the controller. While it is down, topics can't be created or
//     deleted, it stays in the metadata, and the groups that it coordinates wait for it.
//   - Every broker holds every record, so acks and min.insync.replicas make no difference and
//     an unclean election loses nothing.
//   - A fenced broker that was only paused resets its connections when it comes back.
//
// A panic in kfake would end the process, so each connection to it has a guard, which closes it or answers in
// kfake's place. It keeps these bugs of kfake, and of kmsg, which decodes its requests, from a client:
//   - A request with an unknown API key dereferences nil, and a size is memory before a byte has arrived.
//   - Produce with topic ids (version 13, which is not offered) and two ids that are unknown indexes the second
//     topic's empty list with the first one's length.
//   - Produce takes a batch's word for its number of records: less than 0 sets the high watermark back, and
//     2³¹ take up as many offsets.
//   - JoinGroup counts a protocol that a member names twice as supported by two members, and panics for lack
//     of a common one.
//   - CreateTopics and CreatePartitions make any number of partitions, one at a time.
//   - log.cleaner.backoff.ms goes unchecked to a ticker, which panics unless it is positive.
//   - CreateTopics and DescribeTopicPartitions answer null for empty lists.
//   - kmsg makes room for as many elements of a list as the request has bytes left, and each takes many times
//     that in memory. Only a Produce may be large, and its lists are counted first.
//   - The number of tagged fields is not held against the bytes that are left. In a header and in a Produce the
//     guard does it; in another body 2³² of them keep the goroutine of that connection busy for minutes.
//
// One more can't be kept from it: for each control function, kfake remembers the last request of every
// connection for as long as the cluster lives.
package embedded
