package part

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/crashlab/crashlab/pkg/lab"
)

// leftTime is how long an audit of a queue may take in addition to the time that its messages are hidden.
const leftTime = 10 * time.Second

// Left calls do with the body of every message that the queue still has, for an audit: there must be no other
// consumer. It waits for messages that a dead consumer holds. The messages stay, hidden for a minute.
func (q *Queue) Left(ctx context.Context, i *lab.Instance, do func(body []byte)) error {
	ctx, cancel := context.WithTimeout(ctx, q.Visibility+leftTime)
	defer cancel()
	held := map[string]bool{}
	return lab.Poll(ctx, "every message of queue "+q.Name+" is seen", func(ctx context.Context) (bool, error) {
		for {
			out, err := i.SQS().ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
				QueueUrl: &q.URL, MaxNumberOfMessages: 10, VisibilityTimeout: 60,
			})
			if err != nil {
				return false, err
			}
			if len(out.Messages) == 0 {
				break
			}
			for _, m := range out.Messages {
				if !held[*m.MessageId] {
					held[*m.MessageId] = true
					do([]byte(*m.Body))
				}
			}
		}
		n, err := q.Depth(ctx, i)
		return err == nil && n <= len(held), err
	})
}
