// Package kinesis is Kinesis Data Streams in memory, as far as the labs need it: ordered
// shards, resharding, consumers that fall behind, hot shards that throttle.
//
// # Covered
//
//	Streams     CreateStream DeleteStream DescribeStream DescribeStreamSummary ListStreams
//	            UpdateStreamMode IncreaseStreamRetentionPeriod DecreaseStreamRetentionPeriod
//	Shards      ListShards (with filters) SplitShard MergeShards UpdateShardCount
//	Records     PutRecord PutRecords GetShardIterator (every type) GetRecords
//	Tags        AddTagsToStream RemoveTagsFromStream ListTagsForStream
//	            TagResource UntagResource ListTagsForResource
//
//	Fan-out     RegisterStreamConsumer DeregisterStreamConsumer DescribeStreamConsumer
//	            ListStreamConsumers SubscribeToShard
//
// In JSON 1.1, as most SDKs and the CLI send it, and in CBOR, as the SDK for Java does.
//
// # Left out, answered with UnknownOperationException
//
// Encryption, enhanced monitoring, resource policies, account limits, channels, records over 1 MiB.
//
// # Different from AWS
//
//   - A stream is ACTIVE when the call that makes or changes it returns; on AWS it is
//     CREATING or UPDATING for seconds. Waiters work, they just never wait.
//   - A record can be read as soon as its put is answered; AWS takes up to a second.
//   - Per-shard limits apply only with Config.Limits: 1 MB/s and 1,000 records/s in, 2 MB/s
//     and 5 GetRecords/s out, 2 MB/s to each subscription. A bucket holds one second's worth.
//   - An on-demand stream keeps its 4 shards: it does not scale with its traffic.
//   - A subscription to a shard sends records in events of up to 1 MiB, and one without records
//     every 5 s on an idle shard. It ends after 5 minutes, as on AWS.
//   - UpdateShardCount takes effect at once and may be called any number of times a day.
//
// # Order
//
// A stream has one lock. Records of one key go to one shard in the order of their puts. A
// split or merge happens between two puts: earlier records are in the parent, later ones in a
// child. A consumer that finishes the parent first sees a key's records in order.
package kinesis
