// Package embedded provides the three dependencies inside this process, on loopback ports: AWS
// by package awslocal, Kafka by franz-go's kfake, Redis by miniredis. It gives a first verdict
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
// Redis keys age before commands, in steps of 1 ms up to about a thousand keys. A step takes time in
// proportion to the number of keys. Above that number the steps grow (about 50 ms at ten thousand
// keys), and a key can expire up to one step early or late.
package embedded
