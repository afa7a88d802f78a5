package part

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Topic is an SNS topic that copies each message to all its queues.
type Topic struct {
	Name string // the design's own name
	ARN  string // once it is created
}

// NewTopic declares a topic and its queues, which receive messages without an envelope.
func NewTopic(b *lab.Builder, name string, queues ...*Queue) *Topic {
	t := &Topic{Name: name}
	b.Prepare("create topic "+name, func(ctx context.Context, i *lab.Instance) error {
		out, err := i.SNS().CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String(b.Name(name))})
		if err != nil {
			return err
		}
		t.ARN = *out.TopicArn
		for _, q := range queues {
			_, err := i.SNS().Subscribe(ctx, &sns.SubscribeInput{
				TopicArn: &t.ARN, Protocol: aws.String("sqs"), Endpoint: &q.arn,
				Attributes: map[string]string{"RawMessageDelivery": "true"},
			})
			if err != nil {
				return fmt.Errorf("subscribe queue %s: %w", q.Name, err)
			}
		}
		return nil
	})
	return t
}

// Publish publishes a message. The SDK retries after a lost answer, which can make a duplicate.
func (t *Topic) Publish(ctx context.Context, i *lab.Instance, body []byte) error {
	_, err := i.SNS().Publish(ctx, &sns.PublishInput{TopicArn: &t.ARN, Message: aws.String(string(body))})
	return during(err, "publish to topic %s", t.Name)
}
