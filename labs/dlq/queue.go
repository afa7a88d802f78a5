package dlq

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// maxReceives is how often a message is received before it is parked.
const maxReceives = 3

// queue is an SQS queue on one branch of the fan-out, and its dead-letter queue if it has one.
type queue struct {
	name string // of the branch: "billing"
	url  string
	dead *queue // nil without a dead-letter queue
}

// createQueue creates the branch's queue, with a dead-letter queue where redrive is set.
func (p *pipeline) createQueue(ctx context.Context, i *lab.Instance, name string, redrive bool) (*queue, error) {
	attributes := map[string]string{string(types.QueueAttributeNameVisibilityTimeout): strconv.Itoa(int(p.visibility.Seconds()))}
	q := &queue{name: name}
	if redrive {
		dead, err := i.SQS().CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(p.env.Name(name + "-dead"))})
		if err != nil {
			return nil, fmt.Errorf("create queue %s-dead: %w", name, err)
		}
		q.dead = &queue{name: name, url: *dead.QueueUrl}
		arn, err := arnOf(ctx, i, q.dead)
		if err != nil {
			return nil, err
		}
		policy, err := json.Marshal(map[string]any{"deadLetterTargetArn": arn, "maxReceiveCount": maxReceives})
		if err != nil {
			return nil, err
		}
		attributes[string(types.QueueAttributeNameRedrivePolicy)] = string(policy)
	}
	out, err := i.SQS().CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String(p.env.Name(name)), Attributes: attributes})
	if err != nil {
		return nil, fmt.Errorf("create queue %s: %w", name, err)
	}
	q.url = *out.QueueUrl
	return q, nil
}

// subscribe has SNS copy every order into the queue, as it is and without an envelope.
func (p *pipeline) subscribe(ctx context.Context, i *lab.Instance, q *queue) error {
	arn, err := arnOf(ctx, i, q)
	if err != nil {
		return err
	}
	_, err = i.SNS().Subscribe(ctx, &sns.SubscribeInput{
		TopicArn:   aws.String(p.placed),
		Protocol:   aws.String("sqs"),
		Endpoint:   aws.String(arn),
		Attributes: map[string]string{"RawMessageDelivery": "true"},
	})
	if err != nil {
		return fmt.Errorf("subscribe %s: %w", q.name, err)
	}
	return nil
}

func arnOf(ctx context.Context, i *lab.Instance, q *queue) (string, error) {
	a, err := attributesOf(ctx, i, q, types.QueueAttributeNameQueueArn)
	if err != nil {
		return "", err
	}
	return a[string(types.QueueAttributeNameQueueArn)], nil
}

// depth returns how many messages the queue has, visible, hidden and delayed.
func depth(ctx context.Context, i *lab.Instance, q *queue) (int, error) {
	names := []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages,
		types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
	}
	a, err := attributesOf(ctx, i, q, names...)
	if err != nil {
		return 0, err
	}
	sum := 0
	for _, name := range names {
		n, err := strconv.Atoi(a[string(name)])
		if err != nil {
			return 0, fmt.Errorf("read depth of queue %s: %w", q.name, err)
		}
		sum += n
	}
	return sum, nil
}

func attributesOf(ctx context.Context, i *lab.Instance, q *queue, names ...types.QueueAttributeName) (map[string]string, error) {
	out, err := i.SQS().GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.url, AttributeNames: names})
	if err != nil {
		return nil, fmt.Errorf("read attributes of queue %s: %w", q.name, err)
	}
	return out.Attributes, nil
}
