package conformance

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// entries makes n entries of a batch; id gives each its id.
func entries(n int, id func(int) string) []types.SendMessageBatchRequestEntry {
	es := []types.SendMessageBatchRequestEntry{} // not nil, which the SDK would not send
	for i := range n {
		es = append(es, types.SendMessageBatchRequestEntry{Id: str(id(i)), MessageBody: str(fmt.Sprint("m", i))})
	}
	return es
}

func numbered(i int) string { return fmt.Sprint("e", i) }

var sqsBatches = []Case{
	{"a batch of 10 is sent and received", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		out := ok(e.SQS.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{
			QueueUrl: &url, Entries: entries(10, numbered),
		}))(t)
		equal(t, "successful", len(out.Successful), 10)
		equal(t, "received", len(e.drain(t, url, 10)), 10)
	}},
	{"an empty batch is EmptyBatchRequest", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{
			QueueUrl: &url, Entries: entries(0, numbered),
		}))(t,
			"AWS.SimpleQueueService.EmptyBatchRequest")
	}},
	{"a batch of 11 is TooManyEntriesInBatchRequest", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{
			QueueUrl: &url, Entries: entries(11, numbered),
		}))(t,
			"AWS.SimpleQueueService.TooManyEntriesInBatchRequest")
	}},
	{"two entries of one id are BatchEntryIdsNotDistinct", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{
			QueueUrl: &url, Entries: entries(2, func(int) string { return "same" }),
		}))(t,
			"AWS.SimpleQueueService.BatchEntryIdsNotDistinct")
	}},
	{"an id with a space is InvalidBatchEntryId", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.SendMessageBatch(t.Context(), &sqs.SendMessageBatchInput{
			QueueUrl: &url, Entries: entries(1, func(int) string { return "a b" }),
		}))(t,
			"AWS.SimpleQueueService.InvalidBatchEntryId")
	}},
	{"a batch can fail in part", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		e.send(t, url, "m")
		m := e.one(t, url)
		out := ok(e.SQS.DeleteMessageBatch(t.Context(),
			&sqs.DeleteMessageBatchInput{QueueUrl: &url, Entries: []types.DeleteMessageBatchRequestEntry{
				{Id: str("good"), ReceiptHandle: m.ReceiptHandle}, {Id: str("bad"), ReceiptHandle: str("nonsense")},
			}}))(t)
		if len(out.Successful) != 1 || *out.Successful[0].Id != "good" || len(out.Failed) != 1 || *out.Failed[0].Id != "bad" {
			t.Fatalf("got %+v", out)
		}
		equal(t, "code", *out.Failed[0].Code, badHandle)
		equal(t, "sender's fault", out.Failed[0].SenderFault, true)
	}},
	{"visibility is changed by batch", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		e.send(t, url, "m")
		m := e.one(t, url)
		out := ok(e.SQS.ChangeMessageVisibilityBatch(t.Context(), &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &url,
			Entries: []types.ChangeMessageVisibilityBatchRequestEntry{{Id: str("a"), ReceiptHandle: m.ReceiptHandle}}}))(t)
		equal(t, "successful", len(out.Successful), 1)
		e.one(t, url)
	}},
}
