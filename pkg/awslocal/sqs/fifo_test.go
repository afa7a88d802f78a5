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

func TestFIFODeduplicatesForFiveMinutes(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true")
	first := w.sendTo(url, "g", "d1", "m")
	require.Len(t, *first.SequenceNumber, 20)

	m := w.receive(url)[0]
	require.Equal(t, *first.SequenceNumber, m.Attributes["SequenceNumber"])
	require.Equal(t, "d1", m.Attributes["MessageDeduplicationId"])
	w.delete(url, m)

	w.clock.Advance(5*time.Minute - time.Second)
	again := w.sendTo(url, "other-group", "d1", "another body")
	require.Equal(t, *first.MessageId, *again.MessageId)
	require.Equal(t, *first.SequenceNumber, *again.SequenceNumber)
	require.Empty(t, w.receive(url), "a duplicate is acknowledged and dropped, even after its original was deleted")

	w.clock.Advance(time.Second)
	later := w.sendTo(url, "g", "d1", "m")
	require.NotEqual(t, *first.MessageId, *later.MessageId)
	require.Greater(t, *later.SequenceNumber, *first.SequenceNumber)
	require.Len(t, w.receive(url), 1)
}

func TestFIFOContentBasedDeduplication(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true")
	w.sendTo(url, "g", "", "same")
	w.sendTo(url, "g", "", "same")
	w.sendTo(url, "g", "own-id", "same")
	require.Equal(t, []string{"same", "same"}, w.bodies(url))
}

func TestFIFODeduplicationIsPerQueueAndPerGroupIfAsked(t *testing.T) {
	w := newWorld(t)
	a, b := w.queue("a.fifo", "FifoQueue", "true"), w.queue("b.fifo", "FifoQueue", "true")
	w.sendTo(a, "g", "d", "m")
	w.sendTo(b, "g", "d", "m")
	require.Len(t, w.receive(a), 1)
	require.Len(t, w.receive(b), 1)

	scoped := w.queue("c.fifo", "FifoQueue", "true", "DeduplicationScope", "messageGroup", "FifoThroughputLimit",
		"perMessageGroupId")
	w.sendTo(scoped, "g", "d", "1")
	w.sendTo(scoped, "g", "d", "2")
	w.sendTo(scoped, "h", "d", "3")
	require.Equal(t, []string{"1", "3"}, w.bodies(scoped))
}

func TestFIFOGroupIsLockedWhileAMessageIsInFlight(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true", "VisibilityTimeout", "30")
	for _, body := range []string{"a1", "b1", "a2", "a3", "b2"} {
		w.sendTo(url, body[:1], "", body)
	}
	first := w.receive(url, limit(1))
	require.Equal(t, "a1", *first[0].Body)
	require.Equal(t, []string{"b1", "b2"}, w.bodies(url), "a is locked, b is not")
	require.Empty(t, w.bodies(url))

	w.delete(url, first[0])
	rest := w.receive(url)
	require.Equal(t, "a2", *rest[0].Body)
	require.Equal(t, "a3", *rest[1].Body)

	// a2 is visible again while a3 is in flight: a consumer that received a2 alone could be overtaken by
	// a3's.
	require.NoError(t, w.visibility(url, rest[0], 0))
	require.Empty(t, w.bodies(url))
	w.clock.Advance(30 * time.Second)
	require.Equal(t, []string{"b1", "b2", "a2", "a3"}, w.bodies(url))
}

func TestFIFOFillsABatchFromOneGroupFirst(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true")
	for _, body := range []string{"a1", "b1", "a2", "b2", "c1"} {
		w.sendTo(url, body[:1], "", body)
	}
	require.Equal(t, []string{"a1", "a2", "b1"}, w.bodies(url, limit(3)))
	require.Equal(t, []string{"c1"}, w.bodies(url), "b is locked by b1")
}

func TestFIFODeleteWithAnExpiredHandle(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true", "VisibilityTimeout", "1")
	w.sendTo(url, "g", "", "m")
	m := w.receive(url)[0]
	w.clock.Advance(time.Second)
	_, err := w.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle})
	require.Equal(t, "InvalidParameterValue", awstest.Code(err))
	require.Equal(t, []string{"m"}, w.bodies(url))
}

func TestFIFODelayIsTheQueuesAndRetroactive(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true", "DelaySeconds", "60")
	_, err := w.SendMessage(t.Context(), &sqs.SendMessageInput{
		QueueUrl: &url, MessageBody: aws.String("m"), MessageGroupId: aws.String("g"), DelaySeconds: 1,
	})
	require.Equal(t, "InvalidParameterValue", awstest.Code(err))
	w.sendTo(url, "g", "", "1")
	w.sendTo(url, "g", "", "2")
	require.Equal(t, [3]string{"0", "0", "2"}, w.counts(url))
	w.clock.Advance(5 * time.Second)
	_, err = w.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{
		QueueUrl: &url, Attributes: awstest.Attrs("DelaySeconds", "5"),
	})
	require.NoError(t, err)
	require.Equal(t, []string{"1", "2"}, w.bodies(url))
}

func TestFIFOReceiveAttemptGetsTheSameMessagesAgain(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true", "ContentBasedDeduplication", "true", "VisibilityTimeout", "30")
	for _, body := range []string{"1", "2", "3"} {
		w.sendTo(url, "g", "", body)
	}
	attempt := func(in *sqs.ReceiveMessageInput) {
		in.ReceiveRequestAttemptId, in.MaxNumberOfMessages = aws.String("attempt-1"), 2
	}
	first := w.receive(url, attempt)
	w.clock.Advance(20 * time.Second)
	again := w.receive(url, attempt)
	require.Len(t, again, 2)
	for i := range again {
		require.Equal(t, *first[i].ReceiptHandle, *again[i].ReceiptHandle)
	}
	w.clock.Advance(20 * time.Second)
	require.Empty(t, w.receive(url), "the retry began the visibility timeout anew")
	w.delete(url, again[0])
	require.Empty(t, w.receive(url, attempt), "a message of the attempt was deleted")
}

func TestFIFOSendErrors(t *testing.T) {
	w := newWorld(t)
	url := w.queue("q.fifo", "FifoQueue", "true")
	body := aws.String("m")
	for name, c := range map[string]struct {
		want string
		in   sqs.SendMessageInput
	}{
		"no group":    {"MissingParameter", sqs.SendMessageInput{MessageBody: body, MessageDeduplicationId: body}},
		"no dedup id": {"InvalidParameterValue", sqs.SendMessageInput{MessageBody: body, MessageGroupId: body}},
		"long group": {"InvalidParameterValue", sqs.SendMessageInput{
			MessageBody: body, MessageGroupId: aws.String(strings.Repeat("g", 129)), MessageDeduplicationId: body,
		}},
		"space in dedup": {"InvalidParameterValue", sqs.SendMessageInput{
			MessageBody: body, MessageGroupId: body, MessageDeduplicationId: aws.String("a b"),
		}},
	} {
		c.in.QueueUrl = &url
		_, err := w.SendMessage(t.Context(), &c.in)
		require.Equal(t, c.want, awstest.Code(err), name)
	}
	_, err := w.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{
		QueueUrl: &url, Entries: []types.SendMessageBatchRequestEntry{
			{Id: body, MessageBody: body, MessageDeduplicationId: body},
		},
	})
	require.Equal(t, "MissingParameter", awstest.Code(err), "fails the batch, not the entry")
}
