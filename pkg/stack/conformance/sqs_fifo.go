package conformance

import (
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

func fifo(more attrs) attrs {
	a := attrs{"FifoQueue": "true"}
	for k, v := range more {
		a[k] = v
	}
	return a
}

// sendFIFO sends to a FIFO queue and returns the answer.
func (e *Env) sendFIFO(t *testing.T, url, group, dedup, body string) *sqs.SendMessageOutput {
	t.Helper()
	in := &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, MessageGroupId: &group}
	if dedup != "" {
		in.MessageDeduplicationId = &dedup
	}
	return ok(e.SQS.SendMessage(t.Context(), in))(t)
}

var sqsFIFO = []Case{
	{"a FIFO queue's name ends with .fifo", func(t *testing.T, e *Env) {
		fails1(e.SQS.CreateQueue(t.Context(), &sqs.CreateQueueInput{
			QueueName: str(e.Name()), Attributes: fifo(nil),
		}))(t, "InvalidParameterValue")
	}},
	{"a group's messages come in order", func(t *testing.T, e *Env) {
		url := e.queue(t, fifo(nil))
		want := []string{"1", "2", "3", "4", "5"}
		for _, b := range want {
			e.sendFIFO(t, url, "g", b, b)
		}
		if got := e.drain(t, url, 5); !slices.Equal(got, want) {
			t.Fatalf("got %v", got)
		}
	}},
	{"a group waits for its message in flight, another does not", func(t *testing.T, e *Env) {
		url := e.queue(t, fifo(nil))
		e.sendFIFO(t, url, "a", "1", "a1")
		e.sendFIFO(t, url, "a", "2", "a2")
		first := e.one(t, url)
		equal(t, "first", *first.Body, "a1")
		e.none(t, url)
		e.sendFIFO(t, url, "b", "3", "b1")
		equal(t, "of the other group", *e.one(t, url).Body, "b1")
		e.delete(t, url, first)
		equal(t, "after the first is deleted", *e.one(t, url).Body, "a2")
	}},
	{"a message that is not deleted blocks its group", func(t *testing.T, e *Env) {
		url := e.queue(t, fifo(attrs{"VisibilityTimeout": "1"}))
		e.sendFIFO(t, url, "g", "1", "first")
		e.sendFIFO(t, url, "g", "2", "second")
		equal(t, "body", *e.one(t, url).Body, "first")
		equal(t, "body after the timeout", *e.one(t, url).Body, "first")
	}},
	{"a deduplication id counts once", func(t *testing.T, e *Env) {
		url := e.queue(t, fifo(nil))
		a := e.sendFIFO(t, url, "g", "same", "first")
		b := e.sendFIFO(t, url, "g", "same", "second")
		equal(t, "id of the duplicate", *b.MessageId, *a.MessageId)
		m := e.one(t, url)
		equal(t, "body", *m.Body, "first")
		e.delete(t, url, m)
		e.none(t, url)
	}},
	{"a deduplication id still counts after its message is deleted", func(t *testing.T, e *Env) {
		url := e.queue(t, fifo(nil))
		e.sendFIFO(t, url, "g", "same", "m")
		e.delete(t, url, e.one(t, url))
		e.sendFIFO(t, url, "g", "same", "m")
		e.none(t, url)
	}},
	{"with content-based deduplication equal bodies count once", func(t *testing.T, e *Env) {
		url := e.queue(t, fifo(attrs{"ContentBasedDeduplication": "true"}))
		e.sendFIFO(t, url, "g", "", "m")
		e.sendFIFO(t, url, "g", "", "m")
		e.delete(t, url, e.one(t, url))
		e.none(t, url)
	}},
	{"deduplication is per queue", func(t *testing.T, e *Env) {
		a, b := e.queue(t, fifo(nil)), e.queue(t, fifo(nil))
		e.sendFIFO(t, a, "g", "same", "m")
		e.sendFIFO(t, b, "g", "same", "m")
		e.one(t, a)
		e.one(t, b)
	}},
	{"sequence numbers rise", func(t *testing.T, e *Env) {
		url := e.queue(t, fifo(nil))
		a, b := e.sendFIFO(t, url, "g", "1", "m"), e.sendFIFO(t, url, "g", "2", "m")
		if len(*a.SequenceNumber) > len(*b.SequenceNumber) || *a.SequenceNumber >= *b.SequenceNumber {
			t.Fatalf("%s, then %s", *a.SequenceNumber, *b.SequenceNumber)
		}
	}},
	{"a message comes with its group and deduplication id", func(t *testing.T, e *Env) {
		url := e.queue(t, fifo(nil))
		e.sendFIFO(t, url, "g", "d", "m")
		m := e.one(t, url)
		equal(t, "group", m.Attributes["MessageGroupId"], "g")
		equal(t, "deduplication id", m.Attributes["MessageDeduplicationId"], "d")
		if m.Attributes["SequenceNumber"] == "" {
			t.Error("no sequence number")
		}
	}},
	{"a message without a group is MissingParameter", func(t *testing.T, e *Env) {
		url := e.queue(t, fifo(nil))
		fails1(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{
			QueueUrl: &url, MessageBody: str("m"), MessageDeduplicationId: str("d"),
		}))(t,
			"MissingParameter")
	}},
	{"a message without any deduplication is InvalidParameterValue", func(t *testing.T, e *Env) {
		url := e.queue(t, fifo(nil))
		fails1(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{
			QueueUrl: &url, MessageBody: str("m"), MessageGroupId: str("g"),
		}))(t,
			"InvalidParameterValue")
	}},
	{"a message's own delay is InvalidParameterValue", func(t *testing.T, e *Env) {
		url := e.queue(t, fifo(nil))
		fails1(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{
			QueueUrl: &url, MessageBody: str("m"), MessageGroupId: str("g"), MessageDeduplicationId: str("d"), DelaySeconds: 5,
		}))(t, "InvalidParameterValue")
	}},
	{"poison goes to a FIFO DLQ and frees its group", func(t *testing.T, e *Env) {
		url, dlq := e.redriven(t, 1, fifo(nil))
		e.sendFIFO(t, url, "g", "1", "poison")
		e.sendFIFO(t, url, "g", "2", "good")
		m := e.one(t, url)
		equal(t, "body", *m.Body, "poison")
		ok(e.SQS.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: &url, ReceiptHandle: m.ReceiptHandle,
		}))(t)
		equal(t, "next", *e.one(t, url).Body, "good")
		equal(t, "in the DLQ", *e.one(t, dlq).Body, "poison")
	}},
}
