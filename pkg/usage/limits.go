package usage

// Limit is what one shard, partition or node carries.
type Limit struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"` // what the peak needs enough of
	Each   Quantity `json:"each"` // what one carries, in Unit
	Unit   string   `json:"unit"`
	Least  int64    `json:"least"`  // the minimum that makes sense
	Source string   `json:"source"` // the origin of the number
}

// Limits is the table. A limit's consequence is the number that the peak needs.
var Limits = []Limit{
	{"dynamodb.write", "DynamoDB partitions for writes", Whole(1000), "write units/s", 1,
		"DynamoDB Developer Guide, Best practices for designing and using partition keys, " +
			"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"},
	{"dynamodb.read", "DynamoDB partitions for reads", Whole(3000), "read units/s", 1,
		"DynamoDB Developer Guide, Best practices for designing and using partition keys, " +
			"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html"},
	{"kinesis.records", "Kinesis shards for records", Whole(1000), "records/s", 1,
		"Kinesis Data Streams Developer Guide, Quotas and limits, " +
			"https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"},
	{"kinesis.bytes", "Kinesis shards for bytes", Whole(1), "MB/s", 1,
		"Kinesis Data Streams Developer Guide, Quotas and limits, " +
			"https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"},
	{"kafka.partition", "Kafka partitions", Whole(10), "MB/s", 1,
		"rule of thumb: 10 MB/s of writes a partition; J. Rao, How to choose the number of topics/partitions in a Kafka " +
			"cluster"},
	{"kafka.broker", "Kafka brokers, kafka.m5.large", Whole(40), "MB/s with replicas", 3,
		"half of the 81.25 MB/s of EBS baseline of m5.large, EC2 User Guide, EBS-optimized instances; three for three zones"},
	{"redis.shard", "Redis shards", Whole(100_000), "commands/s", 1,
		"rule of thumb; Redis documentation, Redis benchmark"},
	{"redis.memory", "Redis shards for memory, cache.r7g.large", decimal("10.5"), "GB", 1,
		"13.07 GiB, of which a quarter is reserved; Amazon ElastiCache User Guide, Supported node types and Managing " +
			"reserved memory"},
	{"s3.put", "S3 prefixes for writes", Whole(3500), "requests/s", 1,
		"Amazon S3 User Guide, Best practices design patterns: optimizing performance, " +
			"https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html"},
	{"s3.get", "S3 prefixes for reads", Whole(5500), "requests/s", 1,
		"Amazon S3 User Guide, Best practices design patterns: optimizing performance, " +
			"https://docs.aws.amazon.com/AmazonS3/latest/userguide/optimizing-performance.html"},
	{"sqs.fifo", "SQS FIFO queues, not high-throughput", Whole(300), "requests/s of one kind", 1,
		"Amazon SQS Developer Guide, Amazon SQS message quotas, " +
			"https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"},
}

// LimitOf returns the limit of that ID.
func LimitOf(id string) (Limit, bool) {
	for _, l := range Limits {
		if l.ID == id {
			return l, true
		}
	}
	return Limit{}, false
}

// Need is how many of something a peak takes: peak ÷ each, rounded up.
type Need struct {
	Name   string   `json:"name"`
	Peak   Quantity `json:"peak"` // in Unit
	Each   Quantity `json:"each"` // what one carries, in Unit
	Unit   string   `json:"unit"`
	Number Quantity `json:"number"`
}

// Need returns how many the peak takes.
func (l Limit) Need(peak Quantity) Need {
	n := peak.Over(l.Each).Up()
	if least := Whole(l.Least); n.Less(least) {
		n = least
	}
	return Need{Name: l.Name, Peak: peak, Each: l.Each, Unit: l.Unit, Number: n}
}
