package conformance

import (
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"
)

// topic makes a topic and returns its ARN.
func (e *Env) topic(t *testing.T, a attrs) string {
	t.Helper()
	name := e.Name()
	if a["FifoTopic"] == "true" {
		name += ".fifo"
	}
	return *ok(e.SNS.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: &name, Attributes: a}))(t).TopicArn
}

// subscribe subscribes a queue, lets the topic send to it, and returns the subscription's ARN.
func (e *Env) subscribe(t *testing.T, topic, queue string, a attrs) string {
	t.Helper()
	arn := e.arn(t, queue)
	e.setAttributes(t, queue, attrs{"Policy": fmt.Sprintf(
		`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},`+
			`"Action":"sqs:SendMessage","Resource":%q,"Condition":{"ArnEquals":{"aws:SourceArn":%q}}}]}`, arn, topic)})
	return *ok(e.SNS.Subscribe(t.Context(), &sns.SubscribeInput{
		TopicArn: &topic, Protocol: str("sqs"), Endpoint: &arn, Attributes: a, ReturnSubscriptionArn: true,
	}))(t).SubscriptionArn
}

// subscribed makes a topic with one queue on it.
func (e *Env) subscribed(t *testing.T, a attrs) (topic, queue string) {
	t.Helper()
	topic, queue = e.topic(t, nil), e.queue(t, nil)
	e.subscribe(t, topic, queue, a)
	return topic, queue
}

// publish publishes a message with string attributes.
func (e *Env) publish(t *testing.T, topic, message string, a attrs) string {
	t.Helper()
	in := &sns.PublishInput{
		TopicArn: &topic, Message: &message, MessageAttributes: map[string]types.MessageAttributeValue{},
	}
	for k, v := range a {
		in.MessageAttributes[k] = types.MessageAttributeValue{DataType: str("String"), StringValue: str(v)}
	}
	return *ok(e.SNS.Publish(t.Context(), in))(t).MessageId
}

var raw = attrs{"RawMessageDelivery": "true"}
