package usage

// Quota is what an AWS account may use in us-east-1 before it asks for more.
type Quota struct {
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	Most   Quantity `json:"most"` // in Unit
	Unit   string   `json:"unit"`
	Source string   `json:"source"` // the page that states it
}

// Stalled is the default visibility timeout of SQS in seconds: how long messages stay in flight if all
// workers hang.
const Stalled = 30

// Quotas is the table.
var Quotas = []Quota{
	{"ec2.vcpus", "EC2 on-demand standard instances", Whole(5), "vCPUs",
		"https://docs.aws.amazon.com/general/latest/gr/ec2-service.html"},
	{"redis.nodes", "ElastiCache nodes of a Region", Whole(300), "nodes",
		"https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/quota-limits.html"},
	{"msk.brokers", "MSK brokers of an account", Whole(90), "brokers",
		"https://docs.aws.amazon.com/msk/latest/developerguide/limits.html"},
	{"kinesis.shards", "Kinesis shards of an account", Whole(20_000), "shards",
		"https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html"},
	{"dynamodb.write", "DynamoDB on-demand writes, if all are of one table", Whole(40_000), "write units/s",
		"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"},
	{"dynamodb.read", "DynamoDB on-demand reads, if all are of one table", Whole(40_000), "read units/s",
		"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html"},
	{"sqs.inflight", "SQS messages in flight, if all are of one queue and workers hang for 30 s", Whole(120_000),
		"messages", "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html"},
	{"sns.standard", "SNS publishes", Whole(30_000), "publishes/s",
		"https://docs.aws.amazon.com/general/latest/gr/sns.html"},
	{"events.custom", "EventBridge PutEvents", Whole(10_000), "events/s",
		"https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html"},
}

// Exceeded is a quota and what the peak takes of it.
type Exceeded struct {
	Quota
	Peak Quantity `json:"peak"` // in Unit
}

// exceeded returns the quotas that the scale exceeds, in the order of the table. asked is the peak by the
// quota's ID.
func exceeded(asked map[string]Quantity) []Exceeded {
	over := []Exceeded{}
	for _, q := range Quotas {
		if q.Most.Less(asked[q.ID]) {
			over = append(over, Exceeded{q, asked[q.ID]})
		}
	}
	return over
}
