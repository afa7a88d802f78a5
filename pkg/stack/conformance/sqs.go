package conformance

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// attrs are a queue's attributes.
type attrs = map[string]string

// queue makes a queue and returns its URL.
func (e *Env) queue(t *testing.T, a attrs) string {
	t.Helper()
	name := e.Name()
	if a["FifoQueue"] == "true" {
		name += ".fifo"
	}
	return *ok(e.SQS.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: a}))(t).QueueUrl
}

// attribute returns one attribute of a queue.
func (e *Env) attribute(t *testing.T, url string, name types.QueueAttributeName) string {
	t.Helper()
	return ok(e.SQS.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{name},
	}))(t).Attributes[string(name)]
}

func (e *Env) arn(t *testing.T, url string) string {
	t.Helper()
	return e.attribute(t, url, types.QueueAttributeNameQueueArn)
}

// send sends plain messages, one per call.
func (e *Env) send(t *testing.T, url string, bodies ...string) {
	t.Helper()
	for _, b := range bodies {
		ok(e.SQS.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: aws.String(b)}))(t)
	}
}

// receive receives at most n messages with all their attributes, and waits up to a second.
func (e *Env) receive(t *testing.T, url string, n int32) []types.Message {
	t.Helper()
	return ok(e.SQS.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{
		QueueUrl: &url, MaxNumberOfMessages: n, WaitTimeSeconds: 1, MessageAttributeNames: []string{"All"},
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{types.MessageSystemAttributeNameAll},
	}))(t).Messages
}

// one receives the single expected message.
func (e *Env) one(t *testing.T, url string) types.Message {
	t.Helper()
	var m types.Message
	eventually(t, "a message arrives", func() bool {
		got := e.receive(t, url, 1)
		if len(got) == 1 {
			m = got[0]
		}
		return len(got) == 1
	})
	return m
}

// drain receives and deletes until it has n messages, and returns their bodies in order.
func (e *Env) drain(t *testing.T, url string, n int) []string {
	t.Helper()
	var bodies []string
	eventually(t, "all messages arrive", func() bool {
		for _, m := range e.receive(t, url, 10) {
			bodies = append(bodies, *m.Body)
			e.delete(t, url, m)
		}
		return len(bodies) >= n
	})
	return bodies
}

func (e *Env) delete(t *testing.T, url string, m types.Message) {
	t.Helper()
	ok(e.SQS.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: m.ReceiptHandle}))(t)
}

// none fails the case if the queue has a visible message.
func (e *Env) none(t *testing.T, url string) {
	t.Helper()
	got := ok(e.SQS.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url}))(t).Messages
	if len(got) > 0 {
		t.Fatalf("the queue gives %q", *got[0].Body)
	}
}

func (e *Env) setAttributes(t *testing.T, url string, a attrs) {
	t.Helper()
	ok(e.SQS.SetQueueAttributes(t.Context(), &sqs.SetQueueAttributesInput{QueueUrl: &url, Attributes: a}))(t)
}
