package dlq

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
)

// redriver empties the dead-letter queues: it repairs what it finds and sends it back to the queue
// it came from, under the same ID, so that whoever had been charged already is not charged again.
// It deletes a parked message only after its replay was accepted. (Where there is nothing to
// repair, SQS does the same by itself: StartMessageMoveTask.)
func (p *pipeline) redriver(ctx context.Context, i *lab.Instance) error {
	i.Ready()
	for ctx.Err() == nil {
		for _, q := range p.queues {
			if err := p.redrive(ctx, i, q); err != nil && ctx.Err() == nil {
				i.Log.Info("redrive failed", zap.Error(err))
			}
		}
	}
	return nil
}

func (p *pipeline) redrive(ctx context.Context, i *lab.Instance, q *queue) error {
	out, err := i.SQS().ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &q.dead.url, MaxNumberOfMessages: 10, WaitTimeSeconds: p.longPoll})
	if err != nil {
		return err
	}
	var errs []error
	for _, m := range out.Messages {
		errs = append(errs, p.replay(ctx, i, q, m))
	}
	return errors.Join(errs...)
}

func (p *pipeline) replay(ctx context.Context, i *lab.Instance, q *queue, m types.Message) error {
	fixed, err := repair([]byte(*m.Body))
	if err != nil {
		return err // stays parked, for a human to look at
	}
	p.effect(redriven, q, i.Name, fixed)
	if _, err := i.SQS().SendMessage(ctx, &sqs.SendMessageInput{QueueUrl: &q.url, MessageBody: aws.String(string(fixed))}); err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	if _, err := i.SQS().DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &q.dead.url, ReceiptHandle: m.ReceiptHandle}); err != nil {
		return fmt.Errorf("delete what was replayed: %w", err)
	}
	return nil
}
