package conformance

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
)

var snsTopics = []Case{
	{"creating a topic again returns the same topic", func(t *testing.T, e *Env) {
		in := &sns.CreateTopicInput{Name: str(e.Name())}
		a, b := ok(e.SNS.CreateTopic(t.Context(), in))(t), ok(e.SNS.CreateTopic(t.Context(), in))(t)
		equal(t, "ARN", *b.TopicArn, *a.TopicArn)
	}},
	{"a topic's name has letters, digits, hyphens and underscores only", func(t *testing.T, e *Env) {
		fails1(e.SNS.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: str("bad name!")}))(t, "InvalidParameter")
	}},
	{"publishing to a missing topic is NotFound", func(t *testing.T, e *Env) {
		topic := e.topic(t, nil) + "-not"
		fails1(e.SNS.Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Message: str("m")}))(t, "NotFound")
	}},
	{"a deleted topic is gone, and may be deleted again", func(t *testing.T, e *Env) {
		topic := e.topic(t, nil)
		for range 2 {
			ok(e.SNS.DeleteTopic(t.Context(), &sns.DeleteTopicInput{TopicArn: &topic}))(t)
		}
		fails1(e.SNS.GetTopicAttributes(t.Context(), &sns.GetTopicAttributesInput{TopicArn: &topic}))(t, "NotFound")
	}},
	{"a topic lists its subscriptions", func(t *testing.T, e *Env) {
		topic, queue := e.subscribed(t, nil)
		out := ok(e.SNS.ListSubscriptionsByTopic(t.Context(), &sns.ListSubscriptionsByTopicInput{TopicArn: &topic}))(t)
		equal(t, "subscriptions", len(out.Subscriptions), 1)
		equal(t, "endpoint", *out.Subscriptions[0].Endpoint, e.arn(t, queue))
		equal(t, "protocol", *out.Subscriptions[0].Protocol, "sqs")
	}},
	{"subscribing a queue again returns the same subscription", func(t *testing.T, e *Env) {
		topic, queue := e.topic(t, nil), e.queue(t, nil)
		a, b := e.subscribe(t, topic, queue, nil), e.subscribe(t, topic, queue, nil)
		equal(t, "ARN", b, a)
	}},
	{"an unknown protocol is InvalidParameter", func(t *testing.T, e *Env) {
		topic := e.topic(t, nil)
		fails1(e.SNS.Subscribe(t.Context(), &sns.SubscribeInput{
			TopicArn: &topic, Protocol: str("pigeon"), Endpoint: str("x"),
		}))(t, "InvalidParameter")
	}},
	{"subscribing to a missing topic is NotFound", func(t *testing.T, e *Env) {
		topic := e.topic(t, nil) + "-not"
		fails1(e.SNS.Subscribe(t.Context(), &sns.SubscribeInput{
			TopicArn: &topic, Protocol: str("sqs"), Endpoint: str(e.arn(t, e.queue(t, nil))),
		}))(t, "NotFound")
	}},
	{"a filter policy that is not JSON is InvalidParameter", func(t *testing.T, e *Env) {
		topic := e.topic(t, nil)
		fails1(e.SNS.Subscribe(t.Context(), &sns.SubscribeInput{
			TopicArn: &topic, Protocol: str("sqs"), Endpoint: str(e.arn(t, e.queue(t, nil))),
			Attributes: attrs{"FilterPolicy": "{"},
		}))(t, "InvalidParameter")
	}},
	{"a message is published with an id", func(t *testing.T, e *Env) {
		if id := e.publish(t, e.topic(t, nil), "m", nil); len(id) != 36 {
			t.Fatalf("got %q", id)
		}
	}},
	{"an empty message is InvalidParameter", func(t *testing.T, e *Env) {
		topic := e.topic(t, nil)
		fails1(e.SNS.Publish(t.Context(), &sns.PublishInput{TopicArn: &topic, Message: str("")}))(t, "InvalidParameter")
	}},
	{"a message of more than 256 KiB is InvalidParameter", func(t *testing.T, e *Env) {
		topic := e.topic(t, nil)
		fails1(e.SNS.Publish(t.Context(), &sns.PublishInput{
			TopicArn: &topic, Message: str(strings.Repeat("x", 256<<10+1)),
		}))(t, "InvalidParameter")
	}},
	{"an empty batch is EmptyBatchRequest", func(t *testing.T, e *Env) {
		topic := e.topic(t, nil)
		fails1(e.SNS.PublishBatch(t.Context(), &sns.PublishBatchInput{
			TopicArn: &topic, PublishBatchRequestEntries: []types.PublishBatchRequestEntry{},
		}))(t,
			"EmptyBatchRequest")
	}},
	{"a batch of 11 is TooManyEntriesInBatchRequest", func(t *testing.T, e *Env) {
		topic := e.topic(t, nil)
		var es []types.PublishBatchRequestEntry
		for i := range 11 {
			es = append(es, types.PublishBatchRequestEntry{Id: str(numbered(i)), Message: str("m")})
		}
		fails1(e.SNS.PublishBatch(t.Context(), &sns.PublishBatchInput{TopicArn: &topic, PublishBatchRequestEntries: es}))(t,
			"TooManyEntriesInBatchRequest")
	}},
	{"two entries of one id are BatchEntryIdsNotDistinct", func(t *testing.T, e *Env) {
		topic := e.topic(t, nil)
		fails1(e.SNS.PublishBatch(t.Context(),
			&sns.PublishBatchInput{TopicArn: &topic, PublishBatchRequestEntries: []types.PublishBatchRequestEntry{
				{Id: str("a"), Message: str("m")}, {Id: str("a"), Message: str("m")},
			}}))(t, "BatchEntryIdsNotDistinct")
	}},
}
