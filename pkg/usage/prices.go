package usage

// PricesKnown is the month of the newest confirmation in [Prices]; each price has its own.
const PricesKnown = "2026-10"

// Price is a public list price of AWS in us-east-1 (N. Virginia), in US dollars, on demand, without
// free tier and volume discounts.
type Price struct {
	ID      string   `json:"id"`      // for references from counts and cost lines
	Name    string   `json:"name"`    // what is billed
	Dollars Quantity `json:"dollars"` // for Per of the units
	Per     int64    `json:"per"`     // units that Dollars buys
	Unit    string   `json:"unit"`    // the unit of quantities in cost lines
	Known   string   `json:"known"`   // the month in which it was confirmed
	Source  string   `json:"source"`  // the page that states it
}

const million = 1_000_000

// Prices is the table. It leaves out free requests (deliveries of SNS and EventBridge to SQS, S3's deletes,
// reading from Kinesis, managing alarms and schedules), and what no client sees (the time of Lambda functions and
// express executions, the invocations of schedules, custom metrics and alarms by the month). If a source names AWS's
// price list, which the pricing pages are made from, the number was copied from that list in that month.
var Prices = []Price{
	{"ec2.instance", "EC2 instances, m7g.large", decimal("0.0816"), 1, "instance hours", "2026-06",
		"Amazon EC2 on-demand pricing, https://aws.amazon.com/ec2/pricing/on-demand/"},
	{"ec2.transfer", "transfer across zones", decimal("0.01"), 1, "GB in or out of instances", "2026-06",
		"Amazon EC2 on-demand pricing, https://aws.amazon.com/ec2/pricing/on-demand/, data transfer within the same Region"},
	{"sqs.standard", "SQS standard requests", decimal("0.40"), million, "million requests of 64 KB", "2026-08",
		"Amazon SQS pricing, https://aws.amazon.com/sqs/pricing/; AWS price list, AWSQueueService"},
	{"sqs.fifo", "SQS FIFO requests", decimal("0.50"), million, "million requests of 64 KB", "2026-06",
		"Amazon SQS pricing, https://aws.amazon.com/sqs/pricing/"},
	{"sns.standard", "SNS standard publishes", decimal("0.50"), million, "million publishes of 64 KB", "2026-08",
		"Amazon SNS pricing, https://aws.amazon.com/sns/pricing/; AWS price list, AmazonSNS"},
	{"sns.fifo", "SNS FIFO publishes", decimal("0.30"), million, "million publishes of 64 KB", "2026-06",
		"Amazon SNS pricing, https://aws.amazon.com/sns/pricing/"},
	{"dynamodb.write", "DynamoDB writes", decimal("0.625"), million, "million write units of 1 KB", "2026-07",
		"Amazon DynamoDB pricing, on-demand capacity, https://aws.amazon.com/dynamodb/pricing/on-demand/; AWS price " +
			"list, AmazonDynamoDB"},
	{"dynamodb.read", "DynamoDB reads", decimal("0.125"), million, "million read units of 4 KB", "2026-07",
		"Amazon DynamoDB pricing, on-demand capacity, https://aws.amazon.com/dynamodb/pricing/on-demand/; AWS price " +
			"list, AmazonDynamoDB"},
	{"kinesis.put", "Kinesis PUT payload units", decimal("0.014"), million, "million units of 25 KB", "2026-08",
		"Amazon Kinesis Data Streams pricing, provisioned mode, https://aws.amazon.com/kinesis/data-streams/pricing/"},
	{"kinesis.shard", "Kinesis shards", decimal("0.015"), 1, "shard hours", "2026-09",
		"Amazon Kinesis Data Streams pricing, provisioned mode, https://aws.amazon.com/kinesis/data-streams/pricing/; " +
			"AWS price list, AmazonKinesis"},
	{"s3.put", "S3 PUT, COPY, POST, LIST", decimal("5.00"), million, "million requests", "2026-09",
		"Amazon S3 pricing, S3 Standard, https://aws.amazon.com/s3/pricing/; AWS price list, AmazonS3"},
	{"s3.get", "S3 GET, HEAD, others", decimal("0.40"), million, "million requests", "2026-09",
		"Amazon S3 pricing, S3 Standard, https://aws.amazon.com/s3/pricing/; AWS price list, AmazonS3"},
	{"s3.storage", "S3 storage", decimal("0.023"), 1, "GB-months", "2026-09",
		"Amazon S3 pricing, S3 Standard, https://aws.amazon.com/s3/pricing/, the first 50 TB; AWS price list, AmazonS3"},
	{"events.custom", "EventBridge custom events", decimal("1.00"), million, "million events of 64 KB", "2026-08",
		"Amazon EventBridge pricing, https://aws.amazon.com/eventbridge/pricing/"},
	{"cloudwatch.request", "CloudWatch API requests", decimal("0.01"), 1000, "thousand requests", "2026-10",
		"Amazon CloudWatch pricing, https://aws.amazon.com/cloudwatch/pricing/, APIs"},
	{"cloudwatch.metric", "CloudWatch metrics requested", decimal("0.01"), 1000, "thousand metrics", "2026-10",
		"Amazon CloudWatch pricing, https://aws.amazon.com/cloudwatch/pricing/, GetMetricData"},
	{"lambda.request", "Lambda requests", decimal("0.20"), million, "million requests", "2026-09",
		"AWS Lambda pricing, https://aws.amazon.com/lambda/pricing/"},
	{"states.transition", "Step Functions state transitions", decimal("25.00"), million, "million transitions", "2026-08",
		"AWS Step Functions pricing, Standard Workflows, https://aws.amazon.com/step-functions/pricing/"},
	{"states.express", "Step Functions express requests", decimal("1.00"), million, "million requests", "2026-08",
		"AWS Step Functions pricing, Express Workflows, https://aws.amazon.com/step-functions/pricing/"},
	{"msk.broker", "MSK brokers, kafka.m5.large", decimal("0.21"), 1, "broker hours", "2026-06",
		"Amazon MSK pricing, standard brokers, https://aws.amazon.com/msk/pricing/; AWS's own sizing script, " +
			"msk_sizing.py in aws/agent-toolkit-for-aws"},
	{"msk.storage", "MSK storage", decimal("0.10"), 1, "GB-months", "2026-06",
		"Amazon MSK pricing, standard brokers, https://aws.amazon.com/msk/pricing/; AWS's own sizing script, " +
			"msk_sizing.py in aws/agent-toolkit-for-aws"},
	{"rds.instance", "RDS for PostgreSQL, db.r6g.large", decimal("0.225"), 1, "instance hours", "2026-10",
		"Amazon RDS for PostgreSQL pricing, Single-AZ, https://aws.amazon.com/rds/postgresql/pricing/; usage type " +
			"InstanceUsage:db.r6g.large in public copies of AWS's price list"},
	{"rds.proxy", "RDS Proxy", decimal("0.015"), 1, "vCPU hours of the databases", "2026-10",
		"Amazon RDS Proxy pricing, https://aws.amazon.com/rds/proxy/pricing/; usage type USE1-RDS:ProxyUsage in public " +
			"copies of AWS's price list"},
	{"redis.node", "ElastiCache nodes, cache.r7g.large", decimal("0.219"), 1, "node hours", "2026-10",
		"Amazon ElastiCache pricing, Redis OSS, on-demand nodes, https://aws.amazon.com/elasticache/pricing/; AWS " +
			"price list, AmazonElastiCache"},
}

// PriceOf returns the price of that ID.
func PriceOf(id string) (Price, bool) {
	for _, p := range Prices {
		if p.ID == id {
			return p, true
		}
	}
	return Price{}, false
}

// Bill is a cost line: quantity × price = dollars.
type Bill struct {
	Name     string   `json:"name"`
	Quantity Quantity `json:"quantity"` // in Unit, with three decimal places
	Unit     string   `json:"unit"`
	Price    Quantity `json:"price"`   // dollars for one of Unit
	Dollars  Quantity `json:"dollars"` // exact to the cent
}

// Bill returns the line for that many units (requests, not millions of them).
func (p Price) Bill(units Quantity) Bill {
	q := units.Over(Whole(p.Per)).Round(3)
	return Bill{Name: p.Name, Quantity: q, Unit: p.Unit, Price: p.Dollars, Dollars: q.Times(p.Dollars).Round(2)}
}
