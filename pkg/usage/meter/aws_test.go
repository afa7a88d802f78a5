package meter

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebt "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	kt "github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snst "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqst "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go/middleware"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/usage"
)

// world is an embedded AWS with metered clients.
type world struct {
	t      testing.TB
	meter  *Meter
	config sdk.Config

	mu    sync.Mutex
	asked map[string]int64 // "sqs SendMessage" → calls, by the SDK's names
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, meter: New(), asked: map[string]int64{}}
	server, err := awslocal.Start(awslocal.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	transport := &http.Transport{MaxIdleConnsPerHost: 256}
	t.Cleanup(transport.CloseIdleConnections)
	endpoint := stack.Endpoint{URL: server.URL(), Region: "us-east-1", AccessKey: "test", SecretKey: "test"}
	w.config = awsclient.Config(t.Context(), endpoint, w.meter.AWS(transport))
	w.config.Retryer = func() sdk.Retryer { return sdk.NopRetryer{} }
	w.config.APIOptions = append(w.config.APIOptions, func(stack *middleware.Stack) error {
		return stack.Finalize.Add(middleware.FinalizeMiddlewareFunc("asked", w.ask), middleware.Before)
	})
	return w
}

// ask counts a call on its way out.
func (w *world) ask(ctx context.Context, in middleware.FinalizeInput,
	next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	service := strings.ToLower(awsmiddleware.GetServiceID(ctx))
	if service == "eventbridge" {
		service = "events"
	}
	w.mu.Lock()
	w.asked[service+" "+awsmiddleware.GetOperationName(ctx)]++
	w.mu.Unlock()
	return next.HandleFinalize(ctx, in)
}

// agrees checks that the meter has counted the same calls as the SDK.
func (w *world) agrees() {
	w.t.Helper()
	counted := map[string]int64{}
	for k, tally := range w.meter.Counts() {
		if k.Operation != delivered {
			counted[k.Service+" "+k.Operation] += tally.Requests
		}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	require.Equal(w.t, w.asked, counted)
}

func (w *world) tally(service, operation, price string) usage.Tally {
	return w.meter.Counts()[usage.Key{Service: service, Operation: operation, Price: price}]
}

func TestSQS(t *testing.T) {
	w := newWorld(t)
	c := sqs.NewFromConfig(w.config)
	q, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: sdk.String("q")})
	require.NoError(t, err)
	body := `say "ReceiptHandle": and "Id":` // is content, and not counted
	for range 3 {
		_, err = c.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: q.QueueUrl, MessageBody: &body})
		require.NoError(t, err)
	}
	_, err = c.SendMessageBatch(t.Context(),
		&sqs.SendMessageBatchInput{QueueUrl: q.QueueUrl, Entries: []sqst.SendMessageBatchRequestEntry{
			{Id: sdk.String("a"), MessageBody: sdk.String(strings.Repeat("a", 64<<10))},
			{Id: sdk.String("b"), MessageBody: sdk.String(strings.Repeat(`"`, 64<<10))}, // twice as long in JSON
		}})
	require.NoError(t, err)
	got, err := c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: q.QueueUrl, MaxNumberOfMessages: 10})
	require.NoError(t, err)
	require.Len(t, got.Messages, 5)
	var gone []sqst.DeleteMessageBatchRequestEntry
	for _, m := range got.Messages {
		gone = append(gone, sqst.DeleteMessageBatchRequestEntry{Id: m.MessageId, ReceiptHandle: m.ReceiptHandle})
	}
	_, err = c.DeleteMessageBatch(t.Context(), &sqs.DeleteMessageBatchInput{QueueUrl: q.QueueUrl, Entries: gone})
	require.NoError(t, err)
	_, err = c.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: q.QueueUrl})
	require.NoError(t, err)

	w.agrees()
	one := w.tally("sqs", "SendMessage", "sqs.standard")
	require.Equal(t, [3]float64{3, 3, 3}, [3]float64{float64(one.Requests), float64(one.Items), one.Units})
	require.Positive(t, one.Out)
	require.Positive(t, one.In)
	batch := w.tally("sqs", "SendMessageBatch", "sqs.standard")
	require.Equal(t, [2]float64{2, 2}, [2]float64{float64(batch.Items), batch.Units}, "128 KB are two chunks")
	received := w.tally("sqs", "ReceiveMessage", "sqs.standard")
	require.Equal(t, [3]float64{1, 5, 3}, [3]float64{float64(received.Requests), float64(received.Items), received.Units},
		"128 KB and a little are three chunks")
	require.EqualValues(t, 5, w.tally("sqs", "DeleteMessageBatch", "sqs.standard").Items)
	require.EqualValues(t, 1,
		w.meter.Counts()[usage.Key{Service: "sqs", Operation: "ReceiveMessage", Price: "sqs.standard", Idle: true}].Requests)
	require.Zero(t, w.tally("sqs", delivered, "sqs.standard"), "all came from here")
}

// What SNS sends to queues is billed as requests of the queues.
func TestFanOut(t *testing.T) {
	w := newWorld(t)
	queues, topics := sqs.NewFromConfig(w.config), sns.NewFromConfig(w.config)
	topic, err := topics.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: sdk.String("t")})
	require.NoError(t, err)
	var urls []*string
	for _, name := range []string{"a", "b"} {
		q, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
		require.NoError(t, err)
		urls = append(urls, q.QueueUrl)
		_, err = topics.Subscribe(t.Context(), &sns.SubscribeInput{
			TopicArn: topic.TopicArn, Protocol: sdk.String("sqs"),
			Endpoint: sdk.String("arn:aws:sqs:us-east-1:000000000000:" + name),
		})
		require.NoError(t, err)
	}
	_, err = topics.Publish(t.Context(), &sns.PublishInput{TopicArn: topic.TopicArn, Message: sdk.String("x&.Id=y")})
	require.NoError(t, err)
	_, err = topics.PublishBatch(t.Context(),
		&sns.PublishBatchInput{TopicArn: topic.TopicArn, PublishBatchRequestEntries: []snst.PublishBatchRequestEntry{
			{Id: sdk.String("1"), Message: sdk.String("x")}, {Id: sdk.String("2"), Message: sdk.String("y")},
		}})
	require.NoError(t, err)
	for _, url := range urls {
		for n := 0; n < 3; {
			out, err := queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
				QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 5, VisibilityTimeout: 60,
			})
			require.NoError(t, err)
			n += len(out.Messages)
		}
	}
	w.agrees()
	require.EqualValues(t, 1, w.tally("sns", "Publish", "sns.standard").Items)
	require.EqualValues(t, 2, w.tally("sns", "PublishBatch", "sns.standard").Items)
	require.EqualValues(t, 1, w.tally("sns", "PublishBatch", "sns.standard").Units, "a batch is billed by its size in all")
	require.EqualValues(t, 6, w.tally("sqs", delivered, "sqs.standard").Units)
}

// What a poller asks at each of its rounds is no load, though it gets an answer.
func TestPolling(t *testing.T) {
	m := New()
	transport := m.Of("consumer").AWS(slowly{})
	ask(t.Context(), transport, "kinesis", "Kinesis_20131202.ListShards", "0s")
	require.EqualValues(t, 1, m.Handled()["consumer"])
	ask(Polling(t.Context()), transport, "kinesis", "Kinesis_20131202.ListShards", "0s")
	ask(Polling(t.Context()), transport, "dynamodb", "DynamoDB_20120810.Scan", "0s")
	require.EqualValues(t, 1, m.Handled()["consumer"])
	for k, n := range map[usage.Key]int64{
		{Service: "kinesis", Operation: "ListShards"}:                                1,
		{Service: "kinesis", Operation: "ListShards", Idle: true}:                    1,
		{Service: "dynamodb", Operation: "Scan", Price: "dynamodb.read", Idle: true}: 1,
	} {
		require.Equal(t, n, m.Counts()[k].Requests, "%+v", k)
	}
}

func TestFIFOHasItsOwnPrice(t *testing.T) {
	w := newWorld(t)
	c := sqs.NewFromConfig(w.config)
	q, err := c.CreateQueue(t.Context(), &sqs.CreateQueueInput{
		QueueName: sdk.String("q.fifo"), Attributes: map[string]string{
			"FifoQueue": "true", "ContentBasedDeduplication": "true",
		},
	})
	require.NoError(t, err)
	_, err = c.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: q.QueueUrl, MessageBody: sdk.String("x"), MessageGroupId: sdk.String("g"),
	})
	require.NoError(t, err)
	require.EqualValues(t, 1, w.tally("sqs", "SendMessage", "sqs.fifo").Units)
}

func text(s string) ddb.AttributeValue { return &ddb.AttributeValueMemberS{Value: s} }

// Units derived from requests match the consumption that the embedded DynamoDB reports.
func TestDynamoDBUnits(t *testing.T) {
	w := newWorld(t)
	c := dynamodb.NewFromConfig(w.config)
	table := sdk.String("table")
	_, err := c.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: table, BillingMode: ddb.BillingModePayPerRequest,
		KeySchema: []ddb.KeySchemaElement{{AttributeName: sdk.String("k"), KeyType: ddb.KeyTypeHash}},
		AttributeDefinitions: []ddb.AttributeDefinition{
			{AttributeName: sdk.String("k"), AttributeType: ddb.ScalarAttributeTypeS},
		},
	})
	require.NoError(t, err)
	put := func(key string, size int) map[string]ddb.AttributeValue {
		return map[string]ddb.AttributeValue{
			"k": text(key), "v": text(strings.Repeat("v", size)), "n": &ddb.AttributeValueMemberN{Value: "12.5"},
		}
	}
	key := func(k string) map[string]ddb.AttributeValue { return map[string]ddb.AttributeValue{"k": text(k)} }
	for _, ask := range []ddb.ReturnConsumedCapacity{
		"", ddb.ReturnConsumedCapacityTotal, ddb.ReturnConsumedCapacityIndexes,
	} {
		before := w.meter.Counts()
		_, err = c.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: table, Item: put("small", 10), ReturnConsumedCapacity: ask,
		})
		require.NoError(t, err)
		_, err = c.PutItem(t.Context(), &dynamodb.PutItemInput{
			TableName: table, Item: put("large", 5000), ReturnConsumedCapacity: ask,
		})
		require.NoError(t, err)
		_, err = c.BatchWriteItem(t.Context(),
			&dynamodb.BatchWriteItemInput{ReturnConsumedCapacity: ask, RequestItems: map[string][]ddb.WriteRequest{"table": {
				{PutRequest: &ddb.PutRequest{Item: put("a", 1500)}}, {DeleteRequest: &ddb.DeleteRequest{Key: key("none")}},
			}}})
		require.NoError(t, err)
		_, err = c.TransactWriteItems(t.Context(),
			&dynamodb.TransactWriteItemsInput{ReturnConsumedCapacity: ask, TransactItems: []ddb.TransactWriteItem{
				{Put: &ddb.Put{TableName: table, Item: put("b", 1500)}}, {Delete: &ddb.Delete{TableName: table, Key: key("none")}},
			}})
		require.NoError(t, err)
		_, err = c.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: table, Key: key("large"), ReturnConsumedCapacity: ask,
		})
		require.NoError(t, err)
		_, err = c.GetItem(t.Context(), &dynamodb.GetItemInput{
			TableName: table, Key: key("large"), ConsistentRead: sdk.Bool(true), ReturnConsumedCapacity: ask,
		})
		require.NoError(t, err)
		_, err = c.Scan(t.Context(), &dynamodb.ScanInput{TableName: table, ReturnConsumedCapacity: ask})
		require.NoError(t, err)
		_, err = c.BatchGetItem(t.Context(),
			&dynamodb.BatchGetItemInput{ReturnConsumedCapacity: ask, RequestItems: map[string]ddb.KeysAndAttributes{"table": {
				Keys: []map[string]ddb.AttributeValue{key("large"), key("small"), key("none")},
			}}})
		require.NoError(t, err)
		_, err = c.TransactGetItems(t.Context(),
			&dynamodb.TransactGetItemsInput{ReturnConsumedCapacity: ask, TransactItems: []ddb.TransactGetItem{
				{Get: &ddb.Get{TableName: table, Key: key("large")}}, {Get: &ddb.Get{TableName: table, Key: key("none")}},
			}})
		require.NoError(t, err)

		got := w.meter.Counts().Since(before)
		for operation, want := range map[string][2]float64{ // items, units
			"PutItem": {2, 1 + 5}, "BatchWriteItem": {2, 2 + 1}, "TransactWriteItems": {2, 2*2 + 2},
			"GetItem": {2, 1 + 2}, "Scan": {4, 1}, "BatchGetItem": {2, 1 + .5 + .5}, "TransactGetItems": {1, 2*2 + 2},
		} {
			price := reads
			if strings.Contains(operation, "Write") || strings.Contains(operation, "Put") {
				price = writes
			}
			tally := got[usage.Key{Service: "dynamodb", Operation: operation, Price: price}]
			require.Equal(t, want, [2]float64{float64(tally.Items), tally.Units}, "%s asking for %q", operation, ask)
		}
	}
	w.agrees()
}

// A write whose condition fails costs as much as if it had succeeded; an invalid one costs nothing.
func TestDynamoDBRefusals(t *testing.T) {
	w := newWorld(t)
	c := dynamodb.NewFromConfig(w.config)
	table := sdk.String("table")
	_, err := c.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: table, BillingMode: ddb.BillingModePayPerRequest,
		KeySchema: []ddb.KeySchemaElement{{AttributeName: sdk.String("k"), KeyType: ddb.KeyTypeHash}},
		AttributeDefinitions: []ddb.AttributeDefinition{
			{AttributeName: sdk.String("k"), AttributeType: ddb.ScalarAttributeTypeS},
		},
	})
	require.NoError(t, err)
	in := &dynamodb.PutItemInput{
		TableName: table, Item: map[string]ddb.AttributeValue{"k": text("x")},
		ConditionExpression: sdk.String("attribute_not_exists(k)"),
	}
	_, err = c.PutItem(t.Context(), in)
	require.NoError(t, err)
	_, err = c.PutItem(t.Context(), in)
	require.Error(t, err)
	_, err = c.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: sdk.String("none"), Item: in.Item})
	require.Error(t, err)
	require.Equal(t, [2]float64{2, 2}, [2]float64{
		float64(w.tally("dynamodb", "PutItem", writes).Requests), w.tally("dynamodb", "PutItem", writes).Units,
	})
	require.EqualValues(t, 1, w.tally("dynamodb", "PutItem", "").Requests)
}

func TestKinesisEventBridgeAndS3(t *testing.T) {
	w := newWorld(t)
	k := kinesis.NewFromConfig(w.config)
	stream := sdk.String("s")
	_, err := k.CreateStream(t.Context(), &kinesis.CreateStreamInput{StreamName: stream, ShardCount: sdk.Int32(1)})
	require.NoError(t, err)
	require.NoError(t,
		kinesis.NewStreamExistsWaiter(k).Wait(t.Context(), &kinesis.DescribeStreamInput{StreamName: stream}, 1<<33))
	record := func(size int) kt.PutRecordsRequestEntry {
		return kt.PutRecordsRequestEntry{PartitionKey: sdk.String("p"), Data: make([]byte, size)}
	}
	_, err = k.PutRecord(t.Context(), &kinesis.PutRecordInput{
		StreamName: stream, PartitionKey: sdk.String("p"), Data: make([]byte, 25<<10+1),
	})
	require.NoError(t, err)
	_, err = k.PutRecords(t.Context(), &kinesis.PutRecordsInput{
		StreamName: stream, Records: []kt.PutRecordsRequestEntry{record(10), record(20)},
	})
	require.NoError(t, err)
	_, err = k.PutRecords(t.Context(), &kinesis.PutRecordsInput{
		StreamName: stream, Records: []kt.PutRecordsRequestEntry{record(25 << 10), record(50<<10 + 1)},
	})
	require.NoError(t, err)
	require.Equal(t, usage.Tally{Requests: 1, Items: 1, Units: 2},
		sizeless(w.tally("kinesis", "PutRecord", "kinesis.put")))
	require.Equal(t, usage.Tally{Requests: 2, Items: 4, Units: 2 + 1 + 3},
		sizeless(w.tally("kinesis", "PutRecords", "kinesis.put")))

	e := eventbridge.NewFromConfig(w.config)
	event := func(size int) ebt.PutEventsRequestEntry {
		return ebt.PutEventsRequestEntry{
			Source: sdk.String("s"), DetailType: sdk.String("d"),
			Detail: sdk.String(`{"DetailType":"` + strings.Repeat("x", size) + `"}`),
		}
	}
	_, err = e.PutEvents(t.Context(), &eventbridge.PutEventsInput{
		Entries: []ebt.PutEventsRequestEntry{event(1), event(2)},
	})
	require.NoError(t, err)
	_, err = e.PutEvents(t.Context(), &eventbridge.PutEventsInput{
		Entries: []ebt.PutEventsRequestEntry{event(1), event(65 << 10)},
	})
	require.NoError(t, err)
	require.Equal(t, usage.Tally{Requests: 2, Items: 4, Units: 2 + 1 + 2},
		sizeless(w.tally("events", "PutEvents", "events.custom")))

	b := s3.NewFromConfig(w.config, func(o *s3.Options) { o.UsePathStyle = true })
	bucket, name := sdk.String("bucket"), sdk.String("a/b")
	_, err = b.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: bucket})
	require.NoError(t, err)
	_, err = b.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: bucket, Key: name, Body: strings.NewReader(strings.Repeat("x", 1000)),
	})
	require.NoError(t, err)
	got, err := b.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: name})
	require.NoError(t, err)
	require.NoError(t, got.Body.Close())
	_, err = b.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: bucket, Key: name})
	require.NoError(t, err)
	_, err = b.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: bucket})
	require.NoError(t, err)
	_, err = b.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: bucket, Key: name})
	require.NoError(t, err)
	w.agrees()
	classes := map[string]float64{}
	for key, tally := range w.meter.Counts() {
		if key.Service == "s3" {
			classes[key.Price] += tally.Units
		}
	}
	require.Equal(t, map[string]float64{"s3.put": 3, "s3.get": 2, "": 0}, classes)
}

func sizeless(t usage.Tally) usage.Tally {
	t.Out, t.In = 0, 0
	return t
}
