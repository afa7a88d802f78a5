package awsapi_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eb "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	kin "github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/crashlab/crashlab/pkg/awsclient"
	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/stack"
)

// bench is an embedded AWS and the configuration of a client behind rules.
type bench struct {
	rules   *awsrules.Rules
	surface *fault.Surface
	cfg     aws.Config
}

func newBench(t testing.TB) *bench {
	t.Helper()
	server, err := awslocal.Start(awslocal.Config{})
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	rules := awsrules.New(42)
	endpoint := stack.Endpoint{URL: server.URL(), Region: "us-east-1", AccessKey: "test", SecretKey: "test"}
	cfg := awsclient.Config(t.Context(), endpoint, rules.RoundTripper(transport, "billing-1"))
	cfg.RetryMaxAttempts = 1
	return &bench{rules: rules, surface: &fault.Surface{AWS: rules}, cfg: cfg}
}

func (b *bench) inject(t testing.TB, f fault.Fault) fault.Injection {
	t.Helper()
	injection, err := f.Inject(t.Context(), b.surface)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { injection.Revert(context.Background()) })
	return injection
}

// measured fails unless the fault has acted and its text contains what is wanted.
func measured(t testing.TB, injection fault.Injection, want string) {
	t.Helper()
	m, err := injection.Measure(t.Context())
	if err != nil || !m.Acted || !strings.Contains(m.Text, want) {
		t.Errorf("measured %+v, %v; want it to act, and %q", m, err, want)
	}
}

func (b *bench) s3() *s3.Client {
	return s3.NewFromConfig(b.cfg, func(o *s3.Options) { o.UsePathStyle = true })
}

func (b *bench) queue(t testing.TB, name string) *string {
	t.Helper()
	out, err := sqs.NewFromConfig(b.cfg).CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return out.QueueUrl
}

// calls returns one call of each service, by "service/Operation".
func (b *bench) calls() map[string]func(ctx context.Context) error {
	return map[string]func(ctx context.Context) error{
		"sqs/ListQueues": func(ctx context.Context) error {
			_, err := sqs.NewFromConfig(b.cfg).ListQueues(ctx, nil)
			return err
		},
		"sns/ListTopics": func(ctx context.Context) error {
			_, err := sns.NewFromConfig(b.cfg).ListTopics(ctx, nil)
			return err
		},
		"dynamodb/ListTables": func(ctx context.Context) error {
			_, err := dynamodb.NewFromConfig(b.cfg).ListTables(ctx, nil)
			return err
		},
		"kinesis/ListStreams": func(ctx context.Context) error {
			_, err := kinesis.NewFromConfig(b.cfg).ListStreams(ctx, nil)
			return err
		},
		"events/ListEventBuses": func(ctx context.Context) error {
			_, err := eventbridge.NewFromConfig(b.cfg).ListEventBuses(ctx, nil)
			return err
		},
		"sts/GetCallerIdentity": func(ctx context.Context) error {
			_, err := sts.NewFromConfig(b.cfg).GetCallerIdentity(ctx, nil)
			return err
		},
		"s3/ListBuckets": func(ctx context.Context) error {
			_, err := b.s3().ListBuckets(ctx, nil)
			return err
		},
	}
}

func TestEachServicesSDKRecognizesThrottling(t *testing.T) {
	b := newBench(t)
	for name, call := range b.calls() {
		t.Run(name, func(t *testing.T) {
			service, operation, _ := strings.Cut(name, "/")
			injection := b.inject(t, awsapi.Throttle{Call: awsrules.Call{Service: service, Operation: operation}})
			err := call(t.Context())
			if err == nil {
				t.Fatal("not throttled")
			}
			if retry.IsErrorThrottles(retry.DefaultThrottles).IsErrorThrottle(err) != aws.TrueTernary {
				t.Errorf("the SDK does not take it for throttling: %v", err)
			}
			measured(t, injection, "100 % (1 of 1 calls)")
			if err := injection.Revert(t.Context()); err != nil {
				t.Error(err)
			}
			if err := call(t.Context()); err != nil {
				t.Errorf("after the revert: %v", err)
			}
		})
	}
}

func TestAServersErrorIsRetriedByEachServicesSDK(t *testing.T) {
	b := newBench(t)
	for name, call := range b.calls() {
		t.Run(name, func(t *testing.T) {
			service, _, _ := strings.Cut(name, "/")
			b.inject(t, awsapi.Error{Call: awsrules.Call{Service: service}})
			err := call(t.Context())
			if retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) != aws.TrueTernary {
				t.Errorf("not taken as worth a retry: %v", err)
			}
			api, ok := errors.AsType[smithy.APIError](err)
			if !ok || api.ErrorCode() == "" || api.ErrorMessage() == "" || api.ErrorFault() == smithy.FaultClient {
				t.Errorf("the error is not read as AWS's: %#v", api)
			}
		})
	}
}

func TestErrorsAreTyped(t *testing.T) {
	b := newBench(t)
	b.inject(t, awsapi.Error{
		Call: awsrules.Call{Service: "dynamodb", Resource: "orders"}, Code: "ResourceNotFoundException",
	})
	get := func(table string) error {
		_, err := dynamodb.NewFromConfig(b.cfg).DescribeTable(t.Context(), &dynamodb.DescribeTableInput{TableName: &table})
		return err
	}
	if err, ok := errors.AsType[*ddb.ResourceNotFoundException](get("orders")); !ok {
		t.Errorf("DynamoDB: %v", err)
	}
	b.inject(t, awsapi.Error{Call: awsrules.Call{Service: "sqs"}, Code: "QueueDoesNotExist"})
	_, err := sqs.NewFromConfig(b.cfg).GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("orders")})
	if _, ok := errors.AsType[*sqstypes.QueueDoesNotExist](err); !ok {
		t.Errorf("SQS: %v", err)
	}
	b.inject(t, awsapi.Error{Call: awsrules.Call{Service: "sns"}, Code: "NotFound", Status: 404})
	_, err = sns.NewFromConfig(b.cfg).GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{
		TopicArn: aws.String("arn:aws:sns:us-east-1:000000000000:orders"),
	})
	if _, ok := errors.AsType[*snstypes.NotFoundException](err); !ok {
		t.Errorf("SNS: %v", err)
	}
}

func TestRulesMatchTheirCalls(t *testing.T) {
	b := newBench(t)
	queue := b.queue(t, "orders")
	for _, c := range []struct {
		call awsrules.Call
		want bool
	}{
		{awsrules.Call{}, true},
		{awsrules.Call{Service: "sqs"}, true},
		{awsrules.Call{Service: "sns"}, false},
		{awsrules.Call{Service: "sqs", Operation: "SendMessage"}, true},
		{awsrules.Call{Service: "sqs", Operation: "Send*"}, true},
		{awsrules.Call{Service: "sqs", Operation: "SendMessageBatch"}, false},
		{awsrules.Call{Resource: "orders"}, true},
		{awsrules.Call{Resource: "order"}, false},
		{awsrules.Call{Region: "us-*"}, true},
		{awsrules.Call{Region: "eu-*"}, false},
		{awsrules.Call{From: "billing"}, true},
		{awsrules.Call{From: "billing-2"}, false},
	} {
		active, err := b.rules.Add(awsrules.Rule{Call: c.call, Effect: awsrules.Throttled{}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = sqs.NewFromConfig(b.cfg).SendMessage(t.Context(), &sqs.SendMessageInput{
			QueueUrl: queue, MessageBody: aws.String("x"),
		})
		if (err != nil) != c.want {
			t.Errorf("%v: hit %t, want %t", c.call, err != nil, c.want)
		}
		active.Remove()
		active.Remove()
	}
}

func TestS3OperationsAndResourcesAreRecognized(t *testing.T) {
	b := newBench(t)
	client := b.s3()
	bucket, key := "photos", "2024/cat.jpg"
	if _, err := client.CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: &bucket}); err != nil {
		t.Fatal(err)
	}
	put := func(key string) error {
		_, err := client.PutObject(t.Context(), &s3.PutObjectInput{
			Bucket: &bucket, Key: &key, Body: strings.NewReader("miaow"),
		})
		return err
	}
	if err := put(key); err != nil {
		t.Fatal(err)
	}
	injection := b.inject(t, awsapi.Error{
		Call: awsrules.Call{Service: "s3", Operation: "GetObject", Resource: "photos/2024*"}, Code: "NoSuchKey", Status: 404,
	})
	get := func(key string) error {
		out, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: &bucket, Key: &key})
		if err == nil {
			out.Body.Close()
		}
		return err
	}
	if err := put("other"); err != nil {
		t.Error(err)
	}
	if err := get("other"); err != nil {
		t.Error(err)
	}
	injection.Revert(t.Context())
	b.inject(t, awsapi.Error{Call: awsrules.Call{Service: "s3", Resource: "photos"}, Code: "AccessDenied", Status: 403})
	for name, call := range map[string]func() error{
		"PutObject": func() error { return put(key) },
		"HeadObject": func() error {
			_, err := client.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: &key})
			return err
		},
		"DeleteObject": func() error {
			_, err := client.DeleteObject(t.Context(), &s3.DeleteObjectInput{Bucket: &bucket, Key: &key})
			return err
		},
		"ListObjectsV2": func() error {
			_, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: &bucket})
			return err
		},
		"CreateMultipartUpload": func() error {
			_, err := client.CreateMultipartUpload(t.Context(), &s3.CreateMultipartUploadInput{Bucket: &bucket, Key: &key})
			return err
		},
	} {
		active, err := b.rules.Add(awsrules.Rule{
			Call: awsrules.Call{Service: "s3", Operation: name}, Effect: awsrules.Delayed{Delay: 1},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := call(); err == nil {
			t.Errorf("%s passed", name)
		}
		active.Remove()
	}
}

func TestALostResponseTookEffect(t *testing.T) {
	b := newBench(t)
	queue := b.queue(t, "orders")
	injection := b.inject(t, awsapi.LostResponse{Call: awsrules.Call{Service: "sqs", Operation: "SendMessage"}, First: 1})
	client := sqs.NewFromConfig(b.cfg)
	send := func(client *sqs.Client) error {
		_, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: queue, MessageBody: aws.String("once")})
		return err
	}
	err := send(client)
	if !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("%v, want a connection reset", err)
	}
	if retry.IsErrorRetryables(retry.DefaultRetryables).IsErrorRetryable(err) != aws.TrueTernary {
		t.Error("the SDK would not retry it, so that nobody would ever see a duplicate")
	}
	measured(t, injection, "100 % (1 of 1 calls)")
	injection.Revert(t.Context())

	// The SDK's own retries make the duplicate.
	b.inject(t, awsapi.LostResponse{Call: awsrules.Call{Operation: "SendMessage"}, First: 1})
	retrying := b.cfg.Copy()
	retrying.RetryMaxAttempts = 3
	if err := send(sqs.NewFromConfig(retrying)); err != nil {
		t.Fatal(err)
	}
	if n := count(t, client, queue); n != 3 {
		t.Errorf("%d messages, want 1 of the first send and 2 of the second", n)
	}

	// An error response is neither lost nor counted.
	injection = b.inject(t, awsapi.LostResponse{})
	_, err = client.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: aws.String(*queue + "-none"), MessageBody: aws.String("x"),
	})
	if _, ok := errors.AsType[*sqstypes.QueueDoesNotExist](err); !ok {
		t.Errorf("%v, want the service's own error", err)
	}
	if m, _ := injection.Measure(t.Context()); m.Acted {
		t.Errorf("measured %+v", m)
	}
}

// count returns how many messages are in a queue.
func count(t testing.TB, client *sqs.Client, queue *string) (n int) {
	t.Helper()
	out, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: queue, AttributeNames: []sqstypes.QueueAttributeName{
			sqstypes.QueueAttributeNameApproximateNumberOfMessages,
		}})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Sscan(out.Attributes["ApproximateNumberOfMessages"], &n)
	return n
}

func TestAPILatency(t *testing.T) {
	b := newBench(t)
	const delay = 30 * time.Millisecond
	injection := b.inject(t, awsapi.Latency{Delay: delay, Call: awsrules.Call{Service: "sts"}})
	start := time.Now()
	if _, err := sts.NewFromConfig(b.cfg).GetCallerIdentity(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(start); took < delay {
		t.Errorf("took %v", took)
	}
	measured(t, injection, "ms on average, 100 % (1 of 1 calls)")
	ctx, cancel := context.WithTimeout(t.Context(), delay/3)
	defer cancel()
	if _, err := sts.NewFromConfig(b.cfg).GetCallerIdentity(ctx, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want the caller's own deadline", err)
	}
}

func TestProbabilityAndFirstAreSeeded(t *testing.T) {
	pattern := func(seed uint64) string {
		rules := awsrules.New(seed)
		transport := rules.RoundTripper(answering(200), "a")
		if _, err := rules.Add(awsrules.Rule{Probability: 0.25, Effect: awsrules.Throttled{}}); err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for range 400 {
			r, _ := http.NewRequest("GET", "http://s3.localhost/", nil)
			out, err := transport.RoundTrip(r)
			if err != nil {
				t.Fatal(err)
			}
			b.WriteByte(fmt.Sprint(out.StatusCode)[0])
		}
		return b.String()
	}
	one, again, other := pattern(1), pattern(1), pattern(2)
	if one != again || one == other {
		t.Error("the seed does not decide, or nothing else does")
	}
	if n := strings.Count(one, "5"); n < 70 || n > 130 {
		t.Errorf("%d of 400 hit, want about 100", n)
	}
}

// answering is a transport that answers with a status.
type answering int

func (a answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: int(a), Body: http.NoBody, Header: http.Header{}, Request: r}, nil
}

func TestPartialBatch(t *testing.T) {
	b := newBench(t)
	ctx := t.Context()
	queue := b.queue(t, "orders")
	client := sqs.NewFromConfig(b.cfg)
	injection := b.inject(t, awsapi.PartialBatch{Share: 0.3})

	t.Run("SQS", func(t *testing.T) {
		entries := make([]sqstypes.SendMessageBatchRequestEntry, 10)
		for i := range entries {
			entries[i] = sqstypes.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), MessageBody: aws.String("body")}
		}
		out, err := client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{QueueUrl: queue, Entries: entries})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Failed) != 3 || len(out.Successful) != 7 {
			t.Errorf("%d failed, %d succeeded, want 3 and 7", len(out.Failed), len(out.Successful))
		}
		if n := count(t, client, queue); n != 7 {
			t.Errorf("%d messages in the queue, want those that succeeded and no other", n)
		}
		measured(t, injection, "30 % (3 of 10 entries)")
	})
	t.Run("SNS", func(t *testing.T) {
		topics := sns.NewFromConfig(b.cfg)
		topic, err := topics.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("placed")})
		if err != nil {
			t.Fatal(err)
		}
		out, err := topics.PublishBatch(ctx,
			&sns.PublishBatchInput{TopicArn: topic.TopicArn, PublishBatchRequestEntries: []snstypes.PublishBatchRequestEntry{
				{Id: aws.String("a"), Message: aws.String("x")}, {Id: aws.String("b"), Message: aws.String("y")},
				{Id: aws.String("c"), Message: aws.String("z & <z>")}, {Id: aws.String("d"), Message: aws.String("w")},
			}})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Failed) != 1 || len(out.Successful) != 3 || *out.Failed[0].Code == "" {
			t.Errorf("%+v failed, %d succeeded, want 1 and 3", out.Failed, len(out.Successful))
		}
	})
	t.Run("Kinesis", func(t *testing.T) {
		streams := kinesis.NewFromConfig(b.cfg)
		if _, err := streams.CreateStream(ctx, &kinesis.CreateStreamInput{
			StreamName: aws.String("clicks"), ShardCount: aws.Int32(1),
		}); err != nil {
			t.Fatal(err)
		}
		if err := kinesis.NewStreamExistsWaiter(streams, func(o *kinesis.StreamExistsWaiterOptions) {
			o.MinDelay, o.MaxDelay = time.Millisecond, time.Millisecond
		}).Wait(ctx, &kinesis.DescribeStreamInput{StreamName: aws.String("clicks")}, 5*time.Second); err != nil {
			t.Fatal(err)
		}
		records := make([]kin.PutRecordsRequestEntry, 10)
		for i := range records {
			records[i] = kin.PutRecordsRequestEntry{Data: []byte{byte(i)}, PartitionKey: aws.String("k")}
		}
		out, err := streams.PutRecords(ctx, &kinesis.PutRecordsInput{StreamName: aws.String("clicks"), Records: records})
		if err != nil {
			t.Fatal(err)
		}
		failed := 0
		for _, r := range out.Records {
			if r.ErrorCode != nil {
				failed++
			} else if r.SequenceNumber == nil {
				t.Error("a record neither failed nor got a sequence number")
			}
		}
		if len(out.Records) != 10 || failed != 3 || *out.FailedRecordCount != 3 {
			t.Errorf("%d results, %d failed, %d counted", len(out.Records), failed, *out.FailedRecordCount)
		}
	})
	t.Run("EventBridge", func(t *testing.T) {
		entries := make([]eb.PutEventsRequestEntry, 10)
		for i := range entries {
			entries[i] = eb.PutEventsRequestEntry{
				Source: aws.String("shop"), DetailType: aws.String("placed"), Detail: aws.String("{}"),
			}
		}
		out, err := eventbridge.NewFromConfig(b.cfg).PutEvents(ctx, &eventbridge.PutEventsInput{Entries: entries})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.Entries) != 10 || out.FailedEntryCount != 3 {
			t.Errorf("%d results, %d failed", len(out.Entries), out.FailedEntryCount)
		}
	})
	t.Run("DynamoDB", func(t *testing.T) {
		tables := dynamodb.NewFromConfig(b.cfg)
		if _, err := tables.CreateTable(ctx, &dynamodb.CreateTableInput{
			TableName: aws.String("orders"), BillingMode: ddb.BillingModePayPerRequest,
			AttributeDefinitions: []ddb.AttributeDefinition{
				{AttributeName: aws.String("id"), AttributeType: ddb.ScalarAttributeTypeS},
			},
			KeySchema: []ddb.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: ddb.KeyTypeHash}},
		}); err != nil {
			t.Fatal(err)
		}
		writes := make([]ddb.WriteRequest, 10)
		for i := range writes {
			writes[i] = ddb.WriteRequest{
				PutRequest: &ddb.PutRequest{
					Item: map[string]ddb.AttributeValue{"id": &ddb.AttributeValueMemberS{Value: fmt.Sprint(i)}},
				},
			}
		}
		out, err := tables.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{
			RequestItems: map[string][]ddb.WriteRequest{"orders": writes},
		})
		if err != nil {
			t.Fatal(err)
		}
		scan, err := tables.Scan(ctx, &dynamodb.ScanInput{TableName: aws.String("orders")})
		if err != nil {
			t.Fatal(err)
		}
		if len(out.UnprocessedItems["orders"]) != 3 || scan.Count != 7 {
			t.Errorf("%d unprocessed, %d written, want 3 and 7", len(out.UnprocessedItems["orders"]), scan.Count)
		}
	})
	t.Run("all", func(t *testing.T) {
		b.inject(t, awsapi.PartialBatch{Share: 1, Call: awsrules.Call{Operation: "SendMessageBatch"}})
		before := count(t, client, queue)
		out, err := client.SendMessageBatch(ctx, &sqs.SendMessageBatchInput{
			QueueUrl: queue, Entries: []sqstypes.SendMessageBatchRequestEntry{
				{Id: aws.String("a"), MessageBody: aws.String("x")},
			},
		})
		if err != nil || len(out.Failed) != 1 || count(t, client, queue) != before {
			t.Errorf("%+v, %v", out, err)
		}
	})
}

func TestParseChaosRules(t *testing.T) {
	rules, err := awsrules.ParseChaosRules([]byte(`[
		{"service": "kinesis", "region": "us-east-1", "operation": "PutRecords", "probability": 0.5,
		 "error": {"statusCode": 400, "code": "ProvisionedThroughputExceededException"}},
		{"service": "s3"}
	]`))
	if err != nil || len(rules) != 2 {
		t.Fatalf("%+v, %v", rules, err)
	}
	if rules[0].Probability != 0.5 || rules[0].Call.Operation != "PutRecords" ||
		rules[0].Effect != (awsrules.Answer{Code: "ProvisionedThroughputExceededException", Status: 400}) {
		t.Errorf("%+v", rules[0])
	}
	if rules[1].Effect != (awsrules.Answer{Code: "ServiceUnavailable", Status: 503}) {
		t.Errorf("%+v", rules[1])
	}
	for text, want := range map[string]string{
		``:                                    "1:1: unexpected end of JSON input",
		`{}`:                                  "1:1: want an array of rules",
		"[\n  {\"service\": \"s3\",}\n]":      "2:20: invalid character '}' looking for beginning of object key string",
		"[\n  {\"servce\": \"s3\"}\n]":        `2:3: unknown field "servce"`,
		"[\n  {},\n  {\"probability\": 2}\n]": "3:3: probability 2: want 0 to 1",
		`[{"probability": "often"}]`:          "1:24: probability is a string, want a float64",
		`[{"probability": 0}]`:                "1:2: probability 0: the rule would never act; leave it out",
		`[{"error": {"statusCode": 42}}]`:     "1:2: status 42: want 300 to 599",
		`[] []`:                               "1:4: invalid character '[' after top-level value",
		`[{}`:                                 "1:3: unexpected end of JSON input",
	} {
		if _, err := awsrules.ParseChaosRules([]byte(text)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	if rules, err := awsrules.ParseChaosRules([]byte(`[]`)); err != nil || len(rules) != 0 {
		t.Errorf("%v, %v", rules, err)
	}
}

func TestRulesAsAFaultHaveActedWhenEachHas(t *testing.T) {
	b := newBench(t)
	rules, err := awsrules.ParseChaosRules([]byte(`[{"service": "sts"}, {"service": "sqs"}]`))
	if err != nil {
		t.Fatal(err)
	}
	injection := b.inject(t, awsapi.Rules{Name: "rules.json", Rules: rules})
	if err := b.calls()["sts/GetCallerIdentity"](t.Context()); err == nil {
		t.Error("not hit")
	}
	if m, _ := injection.Measure(t.Context()); m.Acted {
		t.Errorf("acted by half: %+v", m)
	}
	if err := b.calls()["sqs/ListQueues"](t.Context()); err == nil {
		t.Error("not hit")
	}
	measured(t, injection, "rule 2: 100 %")
}
