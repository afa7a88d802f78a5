package dlq

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	batch     = 2               // messages a receive: few, so that a crash in mid-batch can be followed by eye
	ackTime   = time.Second     // for giving back what a stopping worker still holds
	beforeAck = "before-delete" // the crash point between an order's effect and its message's deletion
)

// worker takes orders from one queue. A message is deleted once its order is processed; a message
// that failed is made visible again, for another try by whoever is free.
func (p *pipeline) worker(q *queue) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		i.Ready()
		for ctx.Err() == nil {
			messages, err := p.receive(ctx, i, q)
			if err != nil {
				if ctx.Err() == nil {
					i.Log.Info("receive failed", zap.Error(err))
				}
				continue
			}
			if err := p.handleBatch(ctx, i, q, messages); err != nil {
				return err
			}
		}
		return nil
	}
}

func (p *pipeline) receive(ctx context.Context, i *lab.Instance, q *queue) ([]types.Message, error) {
	out, err := i.SQS().ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl:            aws.String(q.url),
		MaxNumberOfMessages: batch,
		WaitTimeSeconds:     p.longPoll,
	})
	if err != nil {
		return nil, err
	}
	for _, m := range out.Messages {
		p.effect(received, q, i.Name, []byte(*m.Body))
	}
	return out.Messages, nil
}

// handleBatch processes the messages one by one: it deletes each that succeeded, and in the end gives back
// those that failed. It fails only where the worker is to end because it crashed in between, which leaves
// the messages to the visibility timeout. Where it was asked to stop it gives back what it has not done.
func (p *pipeline) handleBatch(ctx context.Context, i *lab.Instance, q *queue, messages []types.Message) error {
	var failed []types.Message
	defer func() { p.giveBack(i, q, failed) }()
	for n, m := range messages {
		if ctx.Err() != nil {
			failed = append(failed, messages[n:]...)
			return nil
		}
		err := p.process(ctx, i, q, []byte(*m.Body))
		if errors.Is(err, errClaimed) {
			continue // stays hidden for the visibility timeout, by when the other worker is done or dead
		}
		if err != nil {
			i.Log.Debug("an order failed", zap.Error(err))
			failed = append(failed, m)
			continue
		}
		if err := i.CrashPoint(beforeAck); err != nil {
			return err
		}
		p.acknowledge(ctx, i, q, m)
	}
	return nil
}

// process does the work of one order: claim it, do what takes time, write the effect.
func (p *pipeline) process(ctx context.Context, i *lab.Instance, q *queue, body []byte) error {
	id := orderID(body)
	done, err := p.keys.claim(ctx, i, q, id)
	if err != nil && !errors.Is(err, errClaimed) {
		_ = i.Work(ctx, p.serviceTime) // not the next one at once: nothing can be known of that either
	}
	if err != nil || done {
		return err
	}
	if err := p.work(ctx, i, q, id, body); err != nil {
		p.keys.release(ctx, i, q, id)
		return err
	}
	return p.keys.finish(ctx, i, q, id)
}

// work prepares the charge or the parcel, which takes its time, and writes it to the ledger. The
// amount is needed only for the latter, so that an order that must fail costs a worker as much as
// one that succeeds.
func (p *pipeline) work(ctx context.Context, i *lab.Instance, q *queue, id string, body []byte) error {
	if err := i.Work(ctx, p.serviceTime); err != nil {
		return err
	}
	o, err := parse(body)
	if err != nil {
		return err
	}
	fresh, err := p.keys.write(ctx, i, q, o)
	if err == nil && fresh {
		p.effect(handled, q, i.Name, body)
	}
	return err
}

// acknowledge deletes a message whose order is done. Where that fails the message comes again, and
// is recognised by its key.
func (p *pipeline) acknowledge(ctx context.Context, i *lab.Instance, q *queue, m types.Message) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), ackTime)
	defer cancel()
	if _, err := i.SQS().DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(q.url), ReceiptHandle: m.ReceiptHandle}); err != nil {
		i.Log.Info("delete failed", zap.Error(err))
	}
}

// giveBack makes messages visible again at once. Each such try counts as a receive. Where it fails they
// come again when their visibility timeout ends.
func (p *pipeline) giveBack(i *lab.Instance, q *queue, messages []types.Message) {
	if len(messages) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), ackTime)
	defer cancel()
	in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: aws.String(q.url)}
	for n, m := range messages {
		in.Entries = append(in.Entries, types.ChangeMessageVisibilityBatchRequestEntry{
			Id: aws.String(strconv.Itoa(n)), ReceiptHandle: m.ReceiptHandle, VisibilityTimeout: 0,
		})
	}
	out, err := i.SQS().ChangeMessageVisibilityBatch(ctx, in)
	if err == nil && len(out.Failed) > 0 {
		err = fmt.Errorf("%d of %d: %s", len(out.Failed), len(messages), aws.ToString(out.Failed[0].Code))
	}
	if err != nil && !errors.Is(err, lab.ErrCrashed) {
		i.Log.Info("giving messages back failed", zap.Error(err))
	}
}
