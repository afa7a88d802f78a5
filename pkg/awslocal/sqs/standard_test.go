package sqs_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/stretchr/testify/require"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/awstest"
)

func TestSendReceiveDelete(t *testing.T) {
	w := newWorld(t)
	url := w.queue("orders")
	require.Equal(t, w.server.URL()+"/000000000000/orders", url)

	// The SDK verifies the digests of body, attributes and system attributes itself.
	sent, err := w.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &url, MessageBody: aws.String("hello, wörld"),
		MessageAttributes: map[string]types.MessageAttributeValue{
			"kind":  {DataType: aws.String("String"), StringValue: aws.String("order")},
			"total": {DataType: aws.String("Number.EUR"), StringValue: aws.String("12.50")},
			"blob":  {DataType: aws.String("Binary"), BinaryValue: []byte{0, 1, 255}},
		},
		MessageSystemAttributes: map[string]types.MessageSystemAttributeValue{
			"AWSTraceHeader": {DataType: aws.String("String"), StringValue: aws.String("Root=1-5759e988")},
		},
	})
	require.NoError(t, err)
	require.NotEmpty(t, *sent.MD5OfMessageSystemAttributes)
	require.Nil(t, sent.SequenceNumber)
	require.Equal(t, [3]string{"1", "0", "0"}, w.counts(url))

	got := w.receive(url)
	require.Len(t, got, 1)
	m := got[0]
	require.Equal(t, *sent.MessageId, *m.MessageId)
	require.Equal(t, "hello, wörld", *m.Body)
	require.Equal(t, *sent.MD5OfMessageAttributes, *m.MD5OfMessageAttributes)
	require.Equal(t, []byte{0, 1, 255}, m.MessageAttributes["blob"].BinaryValue)
	require.Equal(t, "Number.EUR", *m.MessageAttributes["total"].DataType)
	now := "1767323045000"
	require.Equal(t, awstest.Attrs("SenderId", "000000000000", "SentTimestamp", now, "ApproximateReceiveCount", "1",
		"ApproximateFirstReceiveTimestamp", now, "AWSTraceHeader", "Root=1-5759e988"), m.Attributes)
	require.Equal(t, [3]string{"0", "1", "0"}, w.counts(url))
	require.Empty(t, w.receive(url), "in flight")

	w.delete(url, m)
	w.delete(url, m) // deleting twice succeeds
	require.Equal(t, [3]string{"0", "0", "0"}, w.counts(url))
}

func TestAttributesOnlyWhenAskedFor(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q", "VisibilityTimeout", "0")
	value := types.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String("x")}
	_, err := w.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String("b"),
		MessageAttributes: map[string]types.MessageAttributeValue{"foo.a": value, "foo.b": value, "bar": value}})
	require.NoError(t, err)

	for _, c := range []struct {
		names []string
		want  []string
	}{
		{nil, nil},
		{[]string{"bar"}, []string{"bar"}},
		{[]string{"foo.*"}, []string{"foo.a", "foo.b"}},
		{[]string{".*"}, []string{"bar", "foo.a", "foo.b"}},
		{[]string{"nothing"}, nil},
	} {
		m := w.receive(url, func(in *sqs.ReceiveMessageInput) {
			in.MessageAttributeNames, in.MessageSystemAttributeNames = c.names, nil
		})[0]
		require.Empty(t, m.Attributes)
		require.Len(t, m.MessageAttributes, len(c.want), c.names)
		for _, name := range c.want {
			require.Contains(t, m.MessageAttributes, name)
		}
	}
}

func TestOldestFirstAlsoAfterVisibilityReturned(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	for _, body := range []string{"a", "b", "c"} {
		w.send(url, body)
	}
	first := w.receive(url, limit(1))[0]
	require.NoError(t, w.visibility(url, first, 0))
	require.Equal(t, []string{"a", "b", "c"}, w.bodies(url))
}

func TestVisibilityTimeout(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q", "VisibilityTimeout", "30")
	w.send(url, "m")
	first := w.receive(url)[0]

	w.clock.Advance(29 * time.Second)
	require.Empty(t, w.receive(url))
	require.NoError(t, w.visibility(url, first, 60))
	w.clock.Advance(59 * time.Second)
	require.Empty(t, w.receive(url), "extended to 60 s from the change")
	w.clock.Advance(time.Second)
	second := w.receive(url, func(in *sqs.ReceiveMessageInput) { in.VisibilityTimeout = 5 })[0]
	require.Equal(t, "2", second.Attributes["ApproximateReceiveCount"])
	require.NotEqual(t, *first.ReceiptHandle, *second.ReceiptHandle)

	w.delete(url, first)
	require.Equal(t, [3]string{"0", "1", "0"}, w.counts(url), "an old handle deletes nothing")
	require.Equal(t, "AWS.SimpleQueueService.MessageNotInflight", awstest.Code(w.visibility(url, first, 0)))

	w.clock.Advance(5 * time.Second)
	require.Equal(t, "AWS.SimpleQueueService.MessageNotInflight", awstest.Code(w.visibility(url, second, 9)))
	w.delete(url, second)
	require.Equal(t, [3]string{"0", "0", "0"}, w.counts(url), "the latest handle deletes even after its timeout")
	require.Equal(t, "InvalidParameterValue", awstest.Code(w.visibility(url, second, 9)))
}

func TestVisibilityIsAtMostTwelveHours(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	w.send(url, "m")
	m := w.receive(url, func(in *sqs.ReceiveMessageInput) { in.VisibilityTimeout = 43200 })[0]
	w.clock.Advance(time.Hour)
	require.Equal(t, "InvalidParameterValue", awstest.Code(w.visibility(url, m, 12*3600)))
	require.NoError(t, w.visibility(url, m, 11*3600))
}

func TestDelay(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q", "DelaySeconds", "10")
	w.send(url, "queue's delay")
	_, err := w.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &url, MessageBody: aws.String("own delay"), DelaySeconds: 3,
	})
	require.NoError(t, err)
	require.Equal(t, [3]string{"0", "0", "2"}, w.counts(url))

	w.clock.Advance(3 * time.Second)
	require.Equal(t, []string{"own delay"}, w.bodies(url))
	_, err = w.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
		QueueUrl: &url, Attributes: awstest.Attrs("DelaySeconds", "0"),
	})
	require.NoError(t, err)
	require.Empty(t, w.bodies(url), "a standard queue's new delay is not retroactive")
	w.clock.Advance(7 * time.Second)
	require.Equal(t, []string{"queue's delay"}, w.bodies(url))
}

func TestRetention(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q", "MessageRetentionPeriod", "60")
	w.send(url, "old")
	w.clock.Advance(30 * time.Second)
	w.send(url, "new")
	w.clock.Advance(30 * time.Second)
	require.Equal(t, [3]string{"1", "0", "0"}, w.counts(url))
	require.Equal(t, []string{"new"}, w.bodies(url))
	w.clock.Advance(30 * time.Second)
	require.Equal(t, [3]string{"0", "0", "0"}, w.counts(url), "in flight messages expire too")
}

func TestReceiveErrors(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q")
	w.queue("other")
	w.send(url, "m")
	m := w.receive(url)[0]
	for name, c := range map[string]struct {
		want string
		call func() error
	}{
		"too many": {"InvalidParameterValue", func() error {
			_, err := w.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 11})
			return err
		}},
		"too long a wait": {"InvalidParameterValue", func() error {
			_, err := w.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, WaitTimeSeconds: 21})
			return err
		}},
		"attempt id": {"InvalidParameterValue", func() error {
			_, err := w.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
				QueueUrl: &url, ReceiveRequestAttemptId: aws.String("a"),
			})
			return err
		}},
		"no queue": {"AWS.SimpleQueueService.NonExistentQueue", func() error {
			_, err := w.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
				QueueUrl: aws.String(w.server.URL() + "/000000000000/none"),
			})
			return err
		}},
		"bad handle": {"ReceiptHandleIsInvalid", func() error {
			_, err := w.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{
				QueueUrl: &url, ReceiptHandle: aws.String("nonsense"),
			})
			return err
		}},
		"other's handle": {"ReceiptHandleIsInvalid", func() error {
			_, err := w.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{
				QueueUrl: aws.String(strings.Replace(url, "/q", "/other", 1)), ReceiptHandle: m.ReceiptHandle,
			})
			return err
		}},
		"visibility": {"InvalidParameterValue", func() error { return w.visibility(url, m, 43201) }},
	} {
		require.Equal(t, c.want, awstest.Code(c.call()), name)
	}
	var typed *types.QueueDoesNotExist
	_, err := w.GetQueueUrl(t.Context(), &sqs.GetQueueUrlInput{QueueName: aws.String("none")})
	require.ErrorAs(t, err, &typed)
}

func TestEveryStyleOfQueueURL(t *testing.T) {
	w := newWorld(t)
	w.send(w.queue("q"), "m")
	for _, url := range []string{
		"http://localhost:4566/000000000000/q",
		"http://localhost:4566/queue/us-east-1/000000000000/q",
		"https://sqs.us-east-1.amazonaws.com/000000000000/q",
		"http://us-east-1.queue.localhost.localstack.cloud:4566/000000000000/q",
		"q",
	} {
		require.Equal(t, "1", w.attribute(url, "ApproximateNumberOfMessages"), url)
	}
	_, err := w.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: aws.String("http://localhost:4566/queue/eu-west-1/000000000000/q"),
	})
	require.Equal(t, "AWS.SimpleQueueService.NonExistentQueue", awstest.Code(err), "another region's queue")
}

func TestSendErrors(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q", "MaximumMessageSize", "1024")
	text := func(v string) types.MessageAttributeValue {
		return types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &v}
	}
	eleven := map[string]types.MessageAttributeValue{}
	for _, c := range "abcdefghijk" {
		eleven[string(c)] = text("x")
	}
	for name, c := range map[string]struct {
		want string
		in   sqs.SendMessageInput
	}{
		"empty": {"MissingParameter", sqs.SendMessageInput{MessageBody: aws.String("")}},
		"too large": {"InvalidParameterValue", sqs.SendMessageInput{
			MessageBody: aws.String(strings.Repeat("x", 1025)),
		}},
		"attributes count": {"InvalidParameterValue", sqs.SendMessageInput{
			MessageBody: aws.String(strings.Repeat("x", 1010)), MessageAttributes: map[string]types.MessageAttributeValue{
				"aaaaa": text("bbbbbbbb"),
			},
		}},
		"control characters": {"InvalidMessageContents", sqs.SendMessageInput{MessageBody: aws.String("a\x01b")}},
		"delay": {"InvalidParameterValue", sqs.SendMessageInput{
			MessageBody: aws.String("m"), DelaySeconds: 901,
		}},
		"dedup id": {"InvalidParameterValue", sqs.SendMessageInput{
			MessageBody: aws.String("m"), MessageDeduplicationId: aws.String("d"),
		}},
		"eleven attributes": {"InvalidParameterValue", sqs.SendMessageInput{
			MessageBody: aws.String("m"), MessageAttributes: eleven,
		}},
		"reserved name": {"InvalidParameterValue", sqs.SendMessageInput{
			MessageBody: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{"AWS.x": text("v")},
		}},
		"empty value": {"InvalidParameterValue", sqs.SendMessageInput{
			MessageBody: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{"a": text("")},
		}},
		"type": {"InvalidParameterValue", sqs.SendMessageInput{
			MessageBody: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{
				"a": {DataType: aws.String("Int"), StringValue: aws.String("1")},
			},
		}},
		"number": {"InvalidParameterValue", sqs.SendMessageInput{
			MessageBody: aws.String("m"), MessageAttributes: map[string]types.MessageAttributeValue{
				"a": {DataType: aws.String("Number"), StringValue: aws.String("one")},
			},
		}},
	} {
		c.in.QueueUrl = &url
		_, err := w.SendMessage(t.Context(), &c.in)
		require.Equal(t, c.want, awstest.Code(err), name)
	}
	require.Equal(t, [3]string{"0", "0", "0"}, w.counts(url))
}

func TestGroupOnAStandardQueueIsKept(t *testing.T) {
	w := newWorld(t)
	url := w.queue("fair")
	w.sendTo(url, "tenant-1", "", "m")
	require.Equal(t, "tenant-1", w.receive(url)[0].Attributes["MessageGroupId"])
}
