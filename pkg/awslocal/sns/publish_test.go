package sns_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/stretchr/testify/require"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
	service "github.com/crashlab/crashlab/pkg/awslocal/sns"
)

func TestFanOutInTheEnvelope(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("placed")
	a, aARN := w.queue("a")
	b, bARN := w.queue("b")
	sub := w.subscribe(topic, aARN)
	w.subscribe(topic, bARN)

	out, err := w.Publish(t.Context(), &sns.PublishInput{
		TopicArn: &topic, Message: aws.String(`{"id":1} <&>`), Subject: aws.String("hello"),
		MessageAttributes: map[string]types.MessageAttributeValue{
			"kind": value("String", "order"), "n": value("Number", "1.5"),
			"blob": {DataType: aws.String("Binary"), BinaryValue: []byte{0, 255}},
		},
	})
	require.NoError(t, err)
	require.Nil(t, out.SequenceNumber)

	got := w.drain(a)
	require.Len(t, got, 1)
	require.Empty(t, got[0].MessageAttributes)
	require.Equal(t, map[string]any{
		"Type": "Notification", "MessageId": *out.MessageId, "TopicArn": topic, "Subject": "hello", "Message": `{"id":1} <&>`,
		"Timestamp": "2026-01-02T03:04:05.678Z", "SignatureVersion": "1", "Signature": "RVhBTVBMRQ==",
		"SigningCertURL": w.server.URL() + "/SimpleNotificationService-0000000000000000000000.pem",
		"UnsubscribeURL": w.server.URL() + "/?Action=Unsubscribe&SubscriptionArn=" + strings.ReplaceAll(sub, ":", "%3A") +
			"&Version=2010-03-31",
		"MessageAttributes": map[string]any{
			"kind": map[string]any{"Type": "String", "Value": "order"},
			"n":    map[string]any{"Type": "Number", "Value": "1.5"},
			"blob": map[string]any{"Type": "Binary", "Value": "AP8="},
		},
	}, envelope(t, *got[0].Body))
	require.Contains(t, *got[0].Body, `"Message":"{\"id\":1} <&>"`, "AWS does not escape <, & and >")
	require.Len(t, w.drain(b), 1)
}

func TestRawDelivery(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t")
	url, arn := w.queue("q")
	w.subscribe(topic, arn, "RawMessageDelivery", "true")
	w.publish(topic, "just this", map[string]types.MessageAttributeValue{
		"kind": value("String", "order"), "list": value("String.Array", `["a"]`),
	})
	got := w.drain(url)
	require.Equal(t, "just this", *got[0].Body)
	require.Equal(t, "order", *got[0].MessageAttributes["kind"].StringValue)
	require.Equal(t, "String.Array", *got[0].MessageAttributes["list"].DataType)
}

func TestMessageStructureJSON(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t")
	url, arn := w.queue("q")
	w.subscribe(topic, arn, "RawMessageDelivery", "true")
	publish := func(message string) error {
		_, err := w.Publish(t.Context(), &sns.PublishInput{
			TopicArn: &topic, Message: &message, MessageStructure: aws.String("json"),
		})
		return err
	}
	require.NoError(t, publish(`{"default":"d","sqs":"for queues"}`))
	require.NoError(t, publish(`{"default":"d","http":"for endpoints","sqs":7}`))
	require.Equal(t, []string{"for queues", "d"}, w.bodies(url))
	require.Equal(t, "InvalidParameter", awstest.Code(publish(`{"sqs":"no default"}`)))
	require.Equal(t, "InvalidParameter", awstest.Code(publish(`{`)))
}

func TestPublishBatchFailsInPartOrAsAWhole(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t")
	url, arn := w.queue("q")
	w.subscribe(topic, arn, "RawMessageDelivery", "true")
	entry := func(id, message string) types.PublishBatchRequestEntry {
		return types.PublishBatchRequestEntry{Id: &id, Message: &message}
	}
	bad := entry("b", "m")
	bad.Subject = aws.String(strings.Repeat("s", 101))
	out, err := w.PublishBatch(t.Context(), &sns.PublishBatchInput{
		TopicArn: &topic, PublishBatchRequestEntries: []types.PublishBatchRequestEntry{entry("a", "1"), bad, entry("c", "3")},
	})
	require.NoError(t, err)
	require.Len(t, out.Successful, 2)
	require.Equal(t, "b", *out.Failed[0].Id)
	require.Equal(t, "InvalidParameter", *out.Failed[0].Code)
	require.True(t, out.Failed[0].SenderFault)
	require.Equal(t, []string{"1", "3"}, w.bodies(url))

	large := strings.Repeat("x", 200_000)
	var eleven []types.PublishBatchRequestEntry
	for i := range 11 {
		eleven = append(eleven, entry(fmt.Sprint(i), "m"))
	}
	for want, entries := range map[string][]types.PublishBatchRequestEntry{
		"EmptyBatchRequest":            {},
		"TooManyEntriesInBatchRequest": eleven,
		"BatchEntryIdsNotDistinct":     {entry("a", "1"), entry("a", "2")},
		"InvalidBatchEntryId":          {entry("a b", "1")},
		"BatchRequestTooLong":          {entry("a", large), entry("b", large)},
	} {
		_, err := w.PublishBatch(t.Context(), &sns.PublishBatchInput{TopicArn: &topic, PublishBatchRequestEntries: entries})
		require.Equal(t, want, awstest.Code(err))
	}
}

func TestPublishErrors(t *testing.T) {
	w := newWorld(t)
	topic, fifo := w.topic("t"), w.topic("t.fifo", "FifoTopic", "true")
	m := aws.String("m")
	bad := func(name string, v types.MessageAttributeValue) sns.PublishInput {
		return sns.PublishInput{
			TopicArn: &topic, Message: m, MessageAttributes: map[string]types.MessageAttributeValue{name: v},
		}
	}
	for name, c := range map[string]struct {
		want string
		in   sns.PublishInput
	}{
		"no topic": {"NotFound", sns.PublishInput{
			TopicArn: aws.String("arn:aws:sns:us-east-1:000000000000:none"), Message: m,
		}},
		"no ARN":    {"InvalidParameter", sns.PublishInput{TopicArn: aws.String("none"), Message: m}},
		"no target": {"InvalidParameter", sns.PublishInput{Message: m}},
		"empty":     {"InvalidParameter", sns.PublishInput{TopicArn: &topic, Message: aws.String("")}},
		"too long": {"InvalidParameter", sns.PublishInput{
			TopicArn: &topic, Message: aws.String(strings.Repeat("x", 256<<10+1)),
		}},
		"subject": {"InvalidParameter", sns.PublishInput{
			TopicArn: &topic, Message: m, Subject: aws.String("a\nb"),
		}},
		"phone":              {"InvalidParameter", sns.PublishInput{PhoneNumber: aws.String("+123"), Message: m}},
		"dedup on standard":  {"InvalidParameter", sns.PublishInput{TopicArn: &topic, Message: m, MessageDeduplicationId: m}},
		"no group on FIFO":   {"InvalidParameter", sns.PublishInput{TopicArn: &fifo, Message: m, MessageDeduplicationId: m}},
		"no dedup on FIFO":   {"InvalidParameter", sns.PublishInput{TopicArn: &fifo, Message: m, MessageGroupId: m}},
		"attribute's name":   {"ParameterValueInvalid", bad(".a", value("String", "v"))},
		"attribute's type":   {"ParameterValueInvalid", bad("a", value("Text", "v"))},
		"attribute's value":  {"ParameterValueInvalid", bad("a", value("String", ""))},
		"attribute's number": {"ParameterValueInvalid", bad("a", value("Number", "one"))},
		"attribute's binary": {"ParameterValueInvalid",
			bad("a", types.MessageAttributeValue{DataType: aws.String("Binary")})},
	} {
		_, err := w.Publish(t.Context(), &c.in)
		require.Equal(t, c.want, awstest.Code(err), name)
	}
}

func TestFIFOTopicDeduplicatesAndNumbers(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t.fifo", "FifoTopic", "true", "ContentBasedDeduplication", "true")
	url, arn := w.queue("q.fifo", "FifoQueue", "true")
	standard, standardARN := w.queue("standard")
	w.subscribe(topic, arn, "RawMessageDelivery", "true")
	w.subscribe(topic, standardARN)
	publish := func(group, dedup, message string) *sns.PublishOutput {
		in := &sns.PublishInput{TopicArn: &topic, Message: &message, MessageGroupId: &group}
		if dedup != "" {
			in.MessageDeduplicationId = &dedup
		}
		out, err := w.Publish(t.Context(), in)
		require.NoError(t, err)
		return out
	}
	first := publish("g", "", "same")
	again := publish("g", "", "same")
	require.Equal(t, *first.MessageId, *again.MessageId)
	second := publish("g", "own", "same")
	require.Greater(t, *second.SequenceNumber, *first.SequenceNumber)

	got := w.drain(url)
	require.Len(t, got, 2)
	require.Equal(t, "g", got[0].Attributes["MessageGroupId"])
	require.Equal(t, "own", got[1].Attributes["MessageDeduplicationId"])
	e := envelope(t, *w.drain(standard)[0].Body)
	require.Equal(t, *first.SequenceNumber, e["SequenceNumber"])
	require.NotContains(t, e, "Signature")

	w.clock.Advance(5 * time.Minute)
	require.NotEqual(t, *first.MessageId, *publish("g", "", "same").MessageId)
}

func TestFIFOTopicKeepsOrderUnderConcurrency(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t.fifo", "FifoTopic", "true")
	url, arn := w.queue("q.fifo", "FifoQueue", "true")
	w.subscribe(topic, arn)
	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			_, err := w.Publish(t.Context(), &sns.PublishInput{
				TopicArn: &topic, Message: aws.String("m"), MessageGroupId: aws.String("g"),
				MessageDeduplicationId: aws.String(fmt.Sprint(i)),
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	var sequence []string
	for {
		got := w.drain(url)
		if len(got) == 0 {
			break
		}
		for _, m := range got {
			sequence = append(sequence, envelope(t, *m.Body)["SequenceNumber"].(string))
			_, err := w.sqs.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle})
			require.NoError(t, err)
		}
	}
	require.Len(t, sequence, 64)
	require.IsIncreasing(t, sequence)
}

func TestUndeliverableGoesToTheDeadLetterQueue(t *testing.T) {
	w := newWorld(t)
	topic := w.topic("t")
	dlq, dlqARN := w.queue("dlq")
	url, arn := w.queue("q")
	w.subscribe(topic, arn, "RedrivePolicy", `{"deadLetterTargetArn":"`+dlqARN+`"}`, "RawMessageDelivery", "true")
	_, err := w.sqs.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: &url})
	require.NoError(t, err)
	w.publish(topic, "nowhere to go")
	require.Equal(t, []string{"nowhere to go"}, w.bodies(dlq))
}

// faulty fails its first calls and passes on the others.
type faulty struct {
	api.Caller
	fails int32
	calls atomic.Int32
}

func (f *faulty) Invoke(ctx context.Context, service, operation string, in, out any) error {
	if f.calls.Add(1) <= f.fails {
		return &api.Error{Code: "ServiceUnavailable", Status: 503}
	}
	return f.Caller.Invoke(ctx, service, operation, in, out)
}

func TestAFaultyQueueServiceIsTriedAgain(t *testing.T) {
	w := newWorld(t)
	url, arn := w.queue("q")
	queues := &faulty{Caller: w.server, fails: 5}
	s := service.New(service.Config{Clock: w.clock, Caller: queues, Log: zap.NewNop()})
	defer func() { require.NoError(t, s.Close()) }()
	const topic = "arn:aws:sns:us-east-1:000000000000:t"
	for _, call := range []struct {
		operation string
		in        map[string]any
	}{
		{"CreateTopic", map[string]any{"Name": "t"}},
		{"Subscribe", map[string]any{
			"TopicArn": topic, "Protocol": "sqs", "Endpoint": arn, "Attributes": awstest.Attrs("RawMessageDelivery", "true"),
		}},
		{"Publish", map[string]any{"TopicArn": topic, "Message": "patience"}},
	} {
		_, err := awstest.Call(t.Context(), s, call.operation, call.in)
		require.NoError(t, err)
	}
	// The first attempt and three retries fail at once, the fifth attempt a second later.
	for n := range int64(2) {
		w.clock.AwaitTimers(t, n+1)
		w.clock.Advance(time.Second)
	}
	require.Eventually(t, func() bool { return len(w.bodies(url)) == 1 }, 5*time.Second, time.Millisecond)
	require.EqualValues(t, 6, queues.calls.Load())
}
