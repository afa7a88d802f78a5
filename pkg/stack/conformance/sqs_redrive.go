package conformance

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// redriven makes a queue and its dead-letter queue.
func (e *Env) redriven(t *testing.T, receives int, a attrs) (url, dlq string) {
	t.Helper()
	dead := attrs{}
	if a == nil {
		a = attrs{}
	}
	if a["FifoQueue"] != "" {
		dead["FifoQueue"] = a["FifoQueue"]
	}
	dlq = e.queue(t, dead)
	a["RedrivePolicy"] = fmt.Sprintf(`{"deadLetterTargetArn":%q,"maxReceiveCount":"%d"}`, e.arn(t, dlq), receives)
	return e.queue(t, a), dlq
}

// deadLetter receives a queue's only message until it is in the dead-letter queue, and returns how often it
// received it.
func (e *Env) deadLetter(t *testing.T, url string) (receives int) {
	t.Helper()
	for {
		got := e.receive(t, url, 1)
		if len(got) == 0 {
			return receives
		}
		receives++
		if receives > 10 {
			t.Fatal("the message never goes to the dead-letter queue")
		}
		ok(e.SQS.ChangeMessageVisibility(t.Context(), &sqs.ChangeMessageVisibilityInput{
			QueueUrl: &url, ReceiptHandle: got[0].ReceiptHandle,
		}))(t)
	}
}

var sqsRedrive = []Case{
	{"a message is received exactly maxReceiveCount times, then it is in the DLQ", func(t *testing.T, e *Env) {
		url, dlq := e.redriven(t, 3, nil)
		e.send(t, url, "poison")
		equal(t, "receives", e.deadLetter(t, url), 3)
		equal(t, "body", *e.one(t, dlq).Body, "poison")
	}},
	{"a message in the DLQ keeps its id", func(t *testing.T, e *Env) {
		url, dlq := e.redriven(t, 1, nil)
		sent := ok(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: str("poison")}))(t)
		e.deadLetter(t, url)
		equal(t, "id", *e.one(t, dlq).MessageId, *sent.MessageId)
	}},
	{"a DLQ knows its sources", func(t *testing.T, e *Env) {
		url, dlq := e.redriven(t, 1, nil)
		out := ok(e.SQS.ListDeadLetterSourceQueues(t.Context(), &sqs.ListDeadLetterSourceQueuesInput{QueueUrl: &dlq}))(t)
		if len(out.QueueUrls) != 1 || out.QueueUrls[0] != url {
			t.Fatalf("got %v, want %s", out.QueueUrls, url)
		}
	}},
	{"a redrive policy without a count is InvalidParameterValue", func(t *testing.T, e *Env) {
		dlq := e.queue(t, nil)
		fails1(e.SQS.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: str(e.Name()), Attributes: attrs{
			"RedrivePolicy": fmt.Sprintf(`{"deadLetterTargetArn":%q}`, e.arn(t, dlq)),
		}}))(t, "InvalidParameterValue")
	}},
	{"a move task returns the messages to their source", func(t *testing.T, e *Env) {
		url, dlq := e.redriven(t, 1, nil)
		e.send(t, url, "poison")
		e.deadLetter(t, url)
		ok(e.SQS.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: str(e.arn(t, dlq))}))(t)
		equal(t, "body", *e.one(t, url).Body, "poison")
		eventually(t, "the task is done", func() bool {
			out := ok(e.SQS.ListMessageMoveTasks(t.Context(), &sqs.ListMessageMoveTasksInput{SourceArn: str(e.arn(t, dlq))}))(t)
			return len(out.Results) == 1 && *out.Results[0].Status == "COMPLETED" &&
				out.Results[0].ApproximateNumberOfMessagesMoved == 1
		})
	}},
	{"a move task can have another destination", func(t *testing.T, e *Env) {
		url, dlq := e.redriven(t, 1, nil)
		other := e.queue(t, nil)
		e.send(t, url, "poison")
		e.deadLetter(t, url)
		ok(e.SQS.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{
			SourceArn: str(e.arn(t, dlq)), DestinationArn: str(e.arn(t, other)),
		}))(t)
		equal(t, "body", *e.one(t, other).Body, "poison")
	}},
	{"a move task from a queue that is not a DLQ is InvalidParameterValue", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{SourceArn: str(e.arn(t, url))}))(t,
			"InvalidParameterValue")
	}},
	{"a move task from a missing queue is ResourceNotFoundException", func(t *testing.T, e *Env) {
		url := e.queue(t, nil)
		fails1(e.SQS.StartMessageMoveTask(t.Context(), &sqs.StartMessageMoveTaskInput{
			SourceArn: str(e.arn(t, url) + "-not"),
		}))(t,
			"ResourceNotFoundException")
	}},
	{"canceling a missing task fails", func(t *testing.T, e *Env) {
		fails1(e.SQS.CancelMessageMoveTask(t.Context(), &sqs.CancelMessageMoveTaskInput{TaskHandle: str("bm9uc2Vuc2U=")}))(t,
			"InvalidParameterValue", "ResourceNotFoundException")
	}},
}
