package eventbridge_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/kinesis"
	kinesistypes "github.com/aws/aws-sdk-go-v2/service/kinesis/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/crashlab/crashlab/pkg/awslocal"
	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/eventbridge"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

// world is EventBridge with the services that it delivers to.
type world struct {
	fixture
	server  *awslocal.Server
	sqs     *sqs.Client
	sns     *sns.Client
	kinesis *kinesis.Client
}

func startWorld(t *testing.T) world {
	t.Helper()
	w := world{server: awstest.Start(t, awslocal.Config{EventBridge: eventbridge.Config{RetryDelay: time.Millisecond}})}
	cfg := awstest.Config(t, w.server)
	w.Client, w.sqs, w.sns, w.kinesis = sdk.NewFromConfig(cfg), sqs.NewFromConfig(cfg), sns.NewFromConfig(cfg),
		kinesis.NewFromConfig(cfg)
	return w
}

// queue makes a queue and returns its URL and ARN.
func (w world) queue(t *testing.T, name string) (url, arn string) {
	t.Helper()
	in := &sqs.CreateQueueInput{QueueName: &name}
	if strings.HasSuffix(name, ".fifo") {
		in.Attributes = map[string]string{"FifoQueue": "true", "ContentBasedDeduplication": "true"}
	}
	url = *must[*sqs.CreateQueueOutput](t)(w.sqs.CreateQueue(ctx, in)).QueueUrl
	return url, "arn:aws:sqs:us-east-1:000000000000:" + name
}

// receive waits for n messages and returns their bodies and the last one's attributes.
func (w world) receive(t *testing.T, url string, n int) (bodies []string, attributes map[string]string) {
	t.Helper()
	for deadline := time.Now().Add(5 * time.Second); len(bodies) < n; {
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d messages after 5 s", len(bodies), n)
		}
		out := must[*sqs.ReceiveMessageOutput](t)(w.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
			QueueUrl: &url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1, MessageAttributeNames: []string{"All"},
		}))
		for _, m := range out.Messages {
			bodies = append(bodies, *m.Body)
			attributes = map[string]string{}
			for k, v := range m.MessageAttributes {
				attributes[k] = *v.StringValue
			}
		}
	}
	return bodies, attributes
}

func TestEndToEnd(t *testing.T) {
	w := startWorld(t)
	line, lineARN := w.queue(t, "line.fifo")
	mail, mailARN := w.queue(t, "mail")
	dead, deadARN := w.queue(t, "dead")
	topic := must[*sns.CreateTopicOutput](t)(w.sns.CreateTopic(ctx, &sns.CreateTopicInput{Name: ptr("orders")})).TopicArn
	must[*sns.SubscribeOutput](t)(w.sns.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn: topic, Protocol: ptr("sqs"), Endpoint: &mailARN, Attributes: map[string]string{
			"RawMessageDelivery": "true",
		},
	}))
	must[*kinesis.CreateStreamOutput](t)(w.kinesis.CreateStream(ctx, &kinesis.CreateStreamInput{
		StreamName: ptr("audit"), ShardCount: ptr[int32](1),
	}))
	w.rule(t, "", "r",
		types.Target{Id: ptr("line"), Arn: &lineARN, SqsParameters: &types.SqsParameters{MessageGroupId: ptr("g")},
			InputPath: ptr("$.detail.id")},
		types.Target{Id: ptr("topic"), Arn: topic, Input: ptr(`{"fixed":1}`)},
		types.Target{Id: ptr("stream"), Arn: ptr("arn:aws:kinesis:us-east-1:000000000000:stream/audit"),
			KinesisParameters: &types.KinesisParameters{
				PartitionKeyPath: ptr("$.detail.id"),
			}},
		types.Target{Id: ptr("gone"), Arn: ptr(lineARN + "-gone"), DeadLetterConfig: &types.DeadLetterConfig{Arn: &deadARN}},
	)
	w.put(t, "", `{"id":"o-1"}`)

	if got, _ := w.receive(t, line, 1); got[0] != `"o-1"` {
		t.Errorf("line %s", got)
	}
	if got, _ := w.receive(t, mail, 1); got[0] != `{"fixed":1}` {
		t.Errorf("mail %s", got)
	}
	if got, attributes := w.receive(t, dead, 1); attributes["ERROR_CODE"] != "NO_RESOURCE" ||
		!strings.Contains(got[0], `"id":"o-1"`) {
		t.Errorf("dead letter %s %v", got, attributes)
	}
	it := must[*kinesis.GetShardIteratorOutput](t)(w.kinesis.GetShardIterator(ctx, &kinesis.GetShardIteratorInput{
		StreamName: ptr("audit"), ShardId: ptr("shardId-000000000000"),
		ShardIteratorType: kinesistypes.ShardIteratorTypeTrimHorizon,
	})).ShardIterator
	for deadline := time.Now().Add(5 * time.Second); ; {
		out := must[*kinesis.GetRecordsOutput](t)(w.kinesis.GetRecords(ctx, &kinesis.GetRecordsInput{ShardIterator: it}))
		if len(out.Records) == 1 && *out.Records[0].PartitionKey == "o-1" {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("records %+v after 5 s", out.Records)
		}
	}
}

// lossy lets the first send take effect and loses its answer.
type lossy struct {
	api.Caller
	lost atomic.Bool
}

func (l *lossy) Invoke(ctx context.Context, service, operation string, in, out any) error {
	err := l.Caller.Invoke(ctx, service, operation, in, out)
	if operation == "SendMessage" && l.lost.CompareAndSwap(false, true) {
		return errors.New("connection reset")
	}
	return err
}

// A send that took effect but whose answer was lost is retried: the target gets it twice.
func TestLostResponseDuplicates(t *testing.T) {
	w := startWorld(t)
	url, arn := w.queue(t, "q")
	s := eventbridge.New(eventbridge.Config{Caller: &lossy{Caller: w.server}, RetryDelay: time.Millisecond})
	t.Cleanup(func() { _ = s.Close() })
	for _, call := range []struct {
		operation string
		in        map[string]any
	}{
		{"PutRule", map[string]any{"Name": "r", "EventPattern": `{"source":["shop"]}`}},
		{"PutTargets", map[string]any{"Rule": "r", "Targets": []any{map[string]any{"Id": "t", "Arn": arn}}}},
		{"PutEvents", map[string]any{
			"Entries": []any{map[string]any{"Source": "shop", "DetailType": "order", "Detail": "{}"}},
		}},
	} {
		must[map[string]any](t)(awstest.Call(ctx, s, call.operation, call.in))
	}
	if got, _ := w.receive(t, url, 2); got[0] != got[1] {
		t.Errorf("two different messages: %s", got)
	}
}
