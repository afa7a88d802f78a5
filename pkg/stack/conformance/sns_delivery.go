package conformance

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
)

// envelope is what a queue receives without raw delivery.
type envelope struct {
	Type, MessageId, TopicArn, Subject, Message string
	Timestamp, SignatureVersion, UnsubscribeURL string
	MessageAttributes                           map[string]struct{ Type, Value string }
}

func (e *Env) envelope(t *testing.T, queue string) envelope {
	t.Helper()
	var env envelope
	must(t, json.Unmarshal([]byte(*e.one(t, queue).Body), &env))
	return env
}

var snsDelivery = []Case{
	{"every queue gets a message", func(t *testing.T, e *Env) {
		topic := e.topic(t, nil)
		a, b := e.queue(t, nil), e.queue(t, nil)
		e.subscribe(t, topic, a, raw)
		e.subscribe(t, topic, b, raw)
		e.publish(t, topic, "m", nil)
		equal(t, "first queue", *e.one(t, a).Body, "m")
		equal(t, "second queue", *e.one(t, b).Body, "m")
	}},
	{"a queue gets the envelope", func(t *testing.T, e *Env) {
		topic, queue := e.subscribed(t, nil)
		id := e.publish(t, topic, "hello", attrs{"kind": "greeting"})
		got := e.envelope(t, queue)
		equal(t, "Type", got.Type, "Notification")
		equal(t, "MessageId", got.MessageId, id)
		equal(t, "TopicArn", got.TopicArn, topic)
		equal(t, "Message", got.Message, "hello")
		equal(t, "attribute", got.MessageAttributes["kind"].Value, "greeting")
		equal(t, "attribute's type", got.MessageAttributes["kind"].Type, "String")
		if _, err := time.Parse("2006-01-02T15:04:05.000Z", got.Timestamp); err != nil {
			t.Errorf("Timestamp: %v", err)
		}
		if got.UnsubscribeURL == "" || got.SignatureVersion == "" {
			t.Errorf("got %+v", got)
		}
	}},
	{"the envelope has the subject", func(t *testing.T, e *Env) {
		topic, queue := e.subscribed(t, nil)
		ok(e.SNS.Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Message: str("m"), Subject: str("about")}))(t)
		equal(t, "Subject", e.envelope(t, queue).Subject, "about")
	}},
	{"raw delivery is the message alone, its attributes those of SQS", func(t *testing.T, e *Env) {
		topic, queue := e.subscribed(t, raw)
		e.publish(t, topic, "hello", attrs{"kind": "greeting"})
		m := e.one(t, queue)
		equal(t, "body", *m.Body, "hello")
		equal(t, "attribute", *m.MessageAttributes["kind"].StringValue, "greeting")
	}},
	{"without raw delivery SQS gets no attributes", func(t *testing.T, e *Env) {
		topic, queue := e.subscribed(t, nil)
		e.publish(t, topic, "hello", attrs{"kind": "greeting"})
		equal(t, "attributes", len(e.one(t, queue).MessageAttributes), 0)
	}},
	{"raw delivery can be turned on later", func(t *testing.T, e *Env) {
		topic, queue := e.topic(t, nil), e.queue(t, nil)
		arn := e.subscribe(t, topic, queue, nil)
		ok(e.SNS.SetSubscriptionAttributes(t.Context(), &sns.SetSubscriptionAttributesInput{
			SubscriptionArn: &arn, AttributeName: str("RawMessageDelivery"), AttributeValue: str("true"),
		}))(t)
		e.publish(t, topic, "m", nil)
		equal(t, "body", *e.one(t, queue).Body, "m")
	}},
	{"no message comes after unsubscribing", func(t *testing.T, e *Env) {
		topic, queue := e.topic(t, nil), e.queue(t, nil)
		arn := e.subscribe(t, topic, queue, raw)
		ok(e.SNS.Unsubscribe(t.Context(), &sns.UnsubscribeInput{SubscriptionArn: &arn}))(t)
		e.publish(t, topic, "m", nil)
		equal(t, "messages", len(e.receive(t, queue, 1)), 0)
	}},
	{"a batch is delivered", func(t *testing.T, e *Env) {
		topic, queue := e.subscribed(t, raw)
		out := ok(e.SNS.PublishBatch(t.Context(),
			&sns.PublishBatchInput{TopicArn: &topic, PublishBatchRequestEntries: []types.PublishBatchRequestEntry{
				{Id: str("a"), Message: str("1")}, {Id: str("b"), Message: str("2")},
			}}))(t)
		equal(t, "successful", len(out.Successful), 2)
		got := e.drain(t, queue, 2)
		slices.Sort(got)
		if !slices.Equal(got, []string{"1", "2"}) {
			t.Fatalf("got %v", got)
		}
	}},
	{"with a message structure, SQS gets its own message", func(t *testing.T, e *Env) {
		topic, queue := e.subscribed(t, raw)
		ok(e.SNS.Publish(t.Context(), &sns.PublishInput{
			TopicArn: &topic, MessageStructure: str("json"), Message: str(`{"default":"all","sqs":"queues"}`),
		}))(t)
		equal(t, "body", *e.one(t, queue).Body, "queues")
	}},
	{"a FIFO topic keeps the order of a group and drops duplicates", func(t *testing.T, e *Env) {
		topic, queue := e.topic(t, attrs{"FifoTopic": "true"}), e.queue(t, fifo(nil))
		e.subscribe(t, topic, queue, raw)
		for _, b := range []string{"1", "2", "2", "3"} {
			ok(e.SNS.Publish(t.Context(), &sns.PublishInput{
				TopicArn: &topic, Message: str(b), MessageGroupId: str("g"), MessageDeduplicationId: str(b),
			}))(t)
		}
		if got := e.drain(t, queue, 3); !slices.Equal(got, []string{"1", "2", "3"}) {
			t.Fatalf("got %v", got)
		}
		e.none(t, queue)
	}},
	{"a FIFO topic requires a group", func(t *testing.T, e *Env) {
		topic := e.topic(t, attrs{"FifoTopic": "true"})
		fails1(e.SNS.Publish(t.Context(), &sns.PublishInput{
			TopicArn: &topic, Message: str("m"), MessageDeduplicationId: str("d"),
		}))(t, "InvalidParameter")
	}},
}
