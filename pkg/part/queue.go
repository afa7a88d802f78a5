package part

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Queue is an SQS queue.
type Queue struct {
	Name       string        // the design's own name
	URL        string        // once it is created
	Dead       *Queue        // the dead-letter queue; nil without one
	Visibility time.Duration // how long a received message is hidden: whole seconds, as in SQS

	maxReceives int
	wait        int32 // seconds that a receive waits for a message
	arn         string
}

// NewQueue declares a queue. A received message is hidden for visibility, rounded up to whole seconds. If
// maxReceives is above 0 the queue has a dead-letter queue, for messages that were received that often and
// not deleted.
func NewQueue(b *lab.Builder, name string, visibility time.Duration, maxReceives int) *Queue {
	q := &Queue{Name: name, Visibility: (visibility + time.Second - 1).Truncate(time.Second), maxReceives: maxReceives}
	// 20 s is SQS's maximum
	q.wait = int32(math.Ceil(4 * b.Idle(250*time.Millisecond, 5*time.Second).Seconds()))
	if maxReceives > 0 {
		q.Dead = NewQueue(b, name+"-dead", 30*time.Second, 0)
	}
	b.Prepare("create queue "+name, func(ctx context.Context, i *lab.Instance) error {
		return q.create(ctx, i, b.Name(name))
	})
	return q
}

func (q *Queue) create(ctx context.Context, i *lab.Instance, name string) error {
	attributes := map[string]string{
		string(types.QueueAttributeNameVisibilityTimeout): strconv.Itoa(int(q.Visibility.Seconds())),
	}
	if q.Dead != nil {
		policy, _ := json.Marshal(map[string]any{"deadLetterTargetArn": q.Dead.arn, "maxReceiveCount": q.maxReceives})
		attributes[string(types.QueueAttributeNameRedrivePolicy)] = string(policy)
	}
	out, err := i.SQS().CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		return err
	}
	q.URL = *out.QueueUrl
	a, err := q.get(ctx, i, types.QueueAttributeNameQueueArn)
	q.arn = a[string(types.QueueAttributeNameQueueArn)]
	return err
}

func (q *Queue) get(ctx context.Context, i *lab.Instance, what ...types.QueueAttributeName) (map[string]string, error) {
	out, err := i.SQS().GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &q.URL, AttributeNames: what})
	if err != nil {
		return nil, during(err, "read attributes of queue %s", q.Name)
	}
	return out.Attributes, nil
}

// Depth returns how many messages the queue has: visible, hidden and delayed.
func (q *Queue) Depth(ctx context.Context, i *lab.Instance) (int, error) {
	names := []types.QueueAttributeName{
		types.QueueAttributeNameApproximateNumberOfMessages,
		types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
		types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
	}
	a, err := q.get(ctx, i, names...)
	if err != nil {
		return 0, err
	}
	sum := 0
	for _, name := range names {
		n, err := strconv.Atoi(a[string(name)])
		if err != nil {
			return 0, fmt.Errorf("read depth of queue %s: %w", q.Name, err)
		}
		sum += n
	}
	return sum, nil
}

// Send sends a message.
func (q *Queue) Send(ctx context.Context, i *lab.Instance, body []byte) error {
	_, err := i.SQS().SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.URL, MessageBody: aws.String(string(body))})
	return during(err, "send to queue %s", q.Name)
}

// Receive waits for messages, for a second or, with low traffic, up to 20, and returns at most most.
func (q *Queue) Receive(ctx context.Context, i *lab.Instance, most int32) ([]types.Message, error) {
	out, err := i.SQS().ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &q.URL, MaxNumberOfMessages: most, WaitTimeSeconds: q.wait,
	})
	if err != nil {
		return nil, during(err, "receive from queue %s", q.Name)
	}
	return out.Messages, nil
}

// Delete deletes a received message.
func (q *Queue) Delete(ctx context.Context, i *lab.Instance, m types.Message) error {
	_, err := i.SQS().DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &q.URL, ReceiptHandle: m.ReceiptHandle})
	return during(err, "delete from queue %s", q.Name)
}
