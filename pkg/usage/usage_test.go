package usage

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestUnits(t *testing.T) {
	for _, c := range []struct {
		payload, unit int
		want          float64
	}{
		{0, MessageChunk, 1}, {1, MessageChunk, 1}, {64 << 10, MessageChunk, 1}, {64<<10 + 1, MessageChunk, 2},
		{256 << 10, MessageChunk, 4},
		{1024, WriteUnit, 1}, {1025, WriteUnit, 2}, {400 << 10, WriteUnit, 400},
		{4096, ReadUnit, 1}, {4097, ReadUnit, 2},
		{5 << 10, PutUnit, 1}, {45 << 10, PutUnit, 2}, {1000 << 10, PutUnit, 40}, // the pricing page's own examples
	} {
		require.Equal(t, c.want, Units(c.payload, c.unit), "%d bytes in units of %d", c.payload, c.unit)
	}
}

func TestQuantity(t *testing.T) {
	for in, want := range map[string]string{"0.1": "0.1", "-3": "-3", "12636.000": "12636", "0": "0", "0.0004": "0.0004"} {
		q, err := Decimal(in)
		require.NoError(t, err)
		require.Equal(t, want, q.String())
	}
	for _, bad := range []string{"", "x", "1/3", "1e9", "0x10", "1_000", "NaN", "Inf", "1,5"} {
		_, err := Decimal(bad)
		require.Error(t, err, bad)
	}
	third := Whole(1).Over(Whole(3))
	require.Equal(t, "0.333", third.Round(3).String())
	require.Equal(t, "0.67", third.Times(Whole(2)).Round(2).String())
	require.Equal(t, "0.5", decimal("0.45").Round(1).String(), "halves go up")
	require.Equal(t, "1", third.Up().String())
	require.Equal(t, "4", Whole(4).Up().String())
	require.Equal(t, "0", Whole(1).Over(Quantity{}).String())
	for q, want := range map[Quantity]string{
		Whole(0): "0.000", Whole(999): "999.000", Whole(1000): "1,000.000", Whole(1234567): "1,234,567.000",
		Whole(-1000): "-1,000.000",
	} {
		require.Equal(t, want, q.Text(3))
	}
}

// quantity × price = dollars, to the cent, for every price.
func TestBill(t *testing.T) {
	billed := map[string]bool{}
	for _, c := range []struct {
		id              string
		units           int64
		quantity, money string
	}{
		{"sqs.standard", 12_636_000, "12.636", "5.05"},
		{"sqs.standard", 0, "0", "0"},
		{"sqs.fifo", 1_000_000, "1", "0.5"},
		{"sqs.fifo", 499, "0", "0"},
		{"sns.standard", 3_000_000, "3", "1.5"},
		{"dynamodb.write", 6_000_000, "6", "3.75"},
		{"dynamodb.read", 24_000_000_000, "24000", "3000"},
		{"kinesis.shard", 720, "720", "10.8"},
		{"s3.get", 1_000_000, "1", "0.4"},
		{"msk.broker", 3 * 720, "2160", "453.6"},
		{"redis.node", 2 * 720, "1440", "315.36"},
		{"ec2.instance", 1000, "1000", "81.6"},
		{"ec2.transfer", 1000, "1000", "10"},
		{"sns.fifo", 10_000_000, "10", "3"},
		{"kinesis.put", 1_000_000_000, "1000", "14"},
		{"s3.put", 10_000_000, "10", "50"},
		{"s3.storage", 1000, "1000", "23"},
		{"events.custom", 10_000_000, "10", "10"},
		{"lambda.request", 10_000_000, "10", "2"},
		{"states.transition", 2_000_000, "2", "50"},
		{"states.express", 10_000_000, "10", "10"},
		{"msk.storage", 1000, "1000", "100"},
		{"cloudwatch.request", 2_000_000, "2000", "20"},
		{"cloudwatch.metric", 1_000_000, "1000", "10"},
		{"rds.instance", 720, "720", "162"}, {"rds.proxy", 1440, "1440", "21.6"},
	} {
		billed[c.id] = true
		p, ok := PriceOf(c.id)
		require.True(t, ok, c.id)
		b := p.Bill(Whole(c.units))
		require.Equal(t, [2]string{c.quantity, c.money}, [2]string{b.Quantity.String(), b.Dollars.String()}, c.id)
		require.Equal(t, b.Dollars, b.Quantity.Times(b.Price).Round(2))
	}
	_, ok := PriceOf("no such thing")
	require.False(t, ok)
	for _, p := range Prices {
		require.True(t, billed[p.ID], p.ID)
	}
}

// The tables are data: each entry is complete, and no two have the same ID.
func TestTables(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range Prices {
		require.False(t, seen[p.ID], p.ID)
		seen[p.ID] = true
		require.Positive(t, p.Dollars.Sign(), p.ID)
		require.Positive(t, p.Per, p.ID)
		for _, s := range []string{p.Name, p.Unit, p.Source} {
			require.NotEmpty(t, s, p.ID)
		}
		require.Contains(t, p.Source, "pricing", p.ID)
		require.Regexp(t, `^20\d\d-\d\d$`, p.Known)
		require.LessOrEqual(t, p.Known, PricesKnown)
	}
	seen = map[string]bool{}
	for _, l := range Limits {
		require.False(t, seen[l.ID], l.ID)
		seen[l.ID] = true
		require.Positive(t, l.Each.Sign(), l.ID)
		require.NotEmpty(t, l.Source, l.ID)
	}
}

func TestNeed(t *testing.T) {
	partitions, _ := LimitOf("kafka.partition")
	brokers, _ := LimitOf("kafka.broker")
	for peak, want := range map[string][2]string{ // MB/s → partitions, brokers
		"0": {"1", "3"}, "10": {"1", "3"}, "10.001": {"2", "3"}, "125": {"13", "4"},
	} {
		require.Equal(t, want,
			[2]string{partitions.Need(decimal(peak)).Number.String(), brokers.Need(decimal(peak)).Number.String()}, "%s MB/s",
			peak)
	}
}

// One of each carries what its source says, and the least more takes another.
func TestEveryLimit(t *testing.T) {
	for id, carries := range map[string]string{
		"dynamodb.write": "1000", "dynamodb.read": "3000", "kinesis.records": "1000", "kinesis.bytes": "1",
		"kafka.partition": "10", "kafka.broker": "40", "redis.shard": "100000", "redis.memory": "10.5", "s3.put": "3500",
		"s3.get": "5500", "sqs.fifo": "300",
	} {
		l, ok := LimitOf(id)
		require.True(t, ok, id)
		enough := decimal(carries).Times(Whole(l.Least))
		require.Equal(t, Whole(l.Least), l.Need(enough).Number, id)
		require.Equal(t, Whole(l.Least+1), l.Need(enough.Plus(decimal("0.001"))).Number, id)
	}
	require.Len(t, Limits, 11, "a new limit needs a line here")
}

func TestCounts(t *testing.T) {
	send, idle := Key{Service: "sqs", Operation: "SendMessage", Price: "sqs.standard"}, Key{
		Service: "sqs", Operation: "ReceiveMessage", Idle: true,
	}
	get := Key{Service: "redis", Operation: "get"}
	before := Counts{send: {Requests: 1, Units: 1}, get: {Requests: 5}}
	after := Counts{send: {Requests: 3, Out: 10, Units: 3}, get: {Requests: 5}, idle: {Requests: 1}}
	since := after.Since(before)
	require.Equal(t, Counts{send: {Requests: 2, Out: 10, Units: 2}, idle: {Requests: 1}}, since)
	require.Equal(t, []Key{send, idle}, since.Keys())
	data, err := json.Marshal(since)
	require.NoError(t, err)
	var back Counts
	require.NoError(t, json.Unmarshal(data, &back))
	require.Equal(t, since, back)
}

// A reader with a pencil gets the same sums.
func TestEstimateAddsUp(t *testing.T) {
	m := Measured{
		Design: "d", Operations: 160,
		Instances: []Role{{Name: "billing", Ran: 2, Requests: 1600}, {Name: "watcher", Ran: 1}},
		Counts: Counts{
			{Service: "sqs", Operation: "SendMessage", Price: "sqs.standard"}: {
				Requests: 160, Items: 160, Out: 16000, Units: 160,
			},
			{Service: "sqs", Operation: "ReceiveMessage", Price: "sqs.standard"}: {
				Requests: 151, Items: 160, Units: 151,
			},
			{Service: "sqs", Operation: "ReceiveMessage", Price: "sqs.standard", Idle: true}: {Requests: 7, Units: 7},
			{Service: "dynamodb", Operation: "GetItem", Price: "dynamodb.read"}:              {Requests: 161, Units: 80.5},
			{Service: "dynamodb", Operation: "PutItem", Price: "dynamodb.write"}:             {Requests: 320, Units: 320},
			{Service: "kafka", Operation: "produce"}: {
				Requests: 150, Items: 160, Out: 16000,
			},
			{Service: "redis", Operation: "set"}: {Requests: 320, Items: 320},
			{Service: "kinesis", Operation: "PutRecord", Price: "kinesis.put"}: {
				Requests: 160, Items: 160, Out: 1_600_000, Units: 160,
			},
			{Service: "s3", Operation: "PutObject", Price: "s3.put"}: {Requests: 160, Items: 160, Out: 1_600_000, Units: 160},
		},
	}
	e := NewEstimate(m, Assumptions{
		PerUserDay: decimal("0.1"), PeakFactor: Whole(5), CPU: decimal("0.5"), Utilization: Whole(60),
	}, Scales)
	require.EqualValues(t, 7, e.Idle)
	require.Len(t, e.Scales, 3)
	for _, s := range e.Scales {
		sum := Quantity{}
		for _, b := range s.Bills {
			require.Equal(t, b.Quantity.Times(b.Price).Round(2), b.Dollars, b.Name)
			sum = sum.Plus(b.Dollars)
		}
		require.Equal(t, sum, s.Dollars)
		for _, r := range s.Rates {
			require.Equal(t, s.Peak.Times(r.Each).Round(3), r.Peak, r.Name)
		}
		for _, n := range s.Needs {
			require.False(t, n.Number.Times(n.Each).Less(n.Peak), "%s: %s × %s does not carry %s", n.Name, n.Number, n.Each,
				n.Peak)
		}
	}
	s := e.Scales[1]
	require.Equal(t, "10000000", s.Day.String())
	require.Equal(t, "115.741", s.Average.String())
	require.Equal(t, "578.705", s.Peak.String())
	bills := map[string]string{}
	for _, b := range s.Bills {
		bills[b.Name] = b.Quantity.String() + " × " + b.Price.String() + " = " + b.Dollars.String()
	}
	require.Equal(t, "583.2 × 0.4 = 233.28", bills["SQS standard requests"]) // 300 M × (1 + 0.944)
	require.Equal(t, "600 × 0.625 = 375", bills["DynamoDB writes"])
	require.Equal(t, "150.9 × 0.125 = 18.86", bills["DynamoDB reads"])
	require.Equal(t, "2160 × 0.21 = 453.6", bills["MSK brokers, kafka.m5.large"])
	require.Equal(t, "21 × 0.1 = 2.1", bills["MSK storage"])         // 10 M × 100 B × 7 days × 3 replicas
	require.Equal(t, "4320 × 0.015 = 64.8", bills["Kinesis shards"]) // 5.787 MB/s: 6 shards
	require.Equal(t, "3000 × 0.023 = 69", bills["S3 storage"])       // 300 M × 10 KB
	require.Equal(t, "1440 × 0.219 = 315.36", bills["ElastiCache nodes, cache.r7g.large"])
	needs := map[string]string{}
	for _, n := range s.Needs {
		needs[n.Name] = n.Number.String()
	}
	require.Equal(t, "3", needs["billing instances, 10 requests an action"], "5,787.05 ÷ 2,400")
	require.Equal(t, "1", needs["watcher instances, 0 requests an action"], "it handled no request")
	require.Equal(t, "2880 × 0.0816 = 235.01", bills["EC2 instances, m7g.large"])
	require.Equal(t, "2", needs["DynamoDB partitions for writes"])
	require.Equal(t, "6", needs["Kinesis shards for bytes"])
	require.False(t, strings.Contains(e.Scales[0].Dollars.Text(2), "-"))
}

// A design without requests costs nothing, and an empty run is no division by zero.
func TestEstimateOfNothing(t *testing.T) {
	e := NewEstimate(Measured{Design: "d"}, Assumptions{PerUserDay: Whole(1), PeakFactor: Whole(1)}, Scales)
	for _, s := range e.Scales {
		require.Zero(t, s.Dollars.Sign())
		require.Empty(t, s.Bills)
	}
}

// Memory or commands, whichever needs more shards, decides.
func TestRedisByMemoryAndByCommands(t *testing.T) {
	m := Measured{
		Design: "d", Operations: 100, Counts: Counts{
			{Service: "redis", Operation: "get"}: {Requests: 100, Items: 100},
		},
	}
	for bytes, want := range map[int64]string{0: "36", 10: "36", 10_000: "1906"} { // nodes for 1 B users: 2 per shard
		e := NewEstimate(m, Assumptions{PerUserDay: Whole(30), PeakFactor: Whole(5), RedisPerUser: bytes}, Scales)
		require.Equal(t, want, e.Scales[2].Bills[0].Quantity.Over(Whole(MonthDays*24)).String(), "%d bytes of each user",
			bytes)
		require.False(t, e.BilledByRequest())
	}
}

func TestARunCostsItsBilledRequests(t *testing.T) {
	c := Counts{
		{Service: "sqs", Operation: "SendMessage", Price: "sqs.standard"}:                {Requests: 10, Units: 20},
		{Service: "sqs", Operation: "ReceiveMessage", Price: "sqs.standard", Idle: true}: {Requests: 5, Units: 5},
		{Service: "dynamodb", Operation: "GetItem", Price: "dynamodb.read"}:              {Requests: 1, Units: 0.5},
		{Service: "redis", Operation: "set"}:                                             {Requests: 99},
	}
	if n, dollars := c.Billed(), c.Dollars().Text(10); n != 16 || dollars != "0.0000100625" {
		t.Errorf("%d requests for $%s", n, dollars)
	}
}
