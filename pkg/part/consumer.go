package part

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

// BeforeDelete is the crash point of a [Consumer] between the effect of a message and its deletion.
const BeforeDelete = "before-delete"

// ErrLater is the error of a handler, possibly wrapped, for a message that is to return when its visibility
// timeout ends: by then another consumer that works on it is done or dead.
var ErrLater = errors.New("the message is left until it comes again")

// Consumer receives messages from a queue, at least once each: it deletes a message after handling it. A
// message whose handler failed is made visible again, for another try by any consumer; each try counts as a
// receive.
type Consumer struct {
	Queue *Queue
	Batch int32 // messages a receive, 10 at most
	// AtMostOnce deletes a message before it is handled, not after: then a crash in between loses it.
	AtMostOnce bool
	// Received sees each message as it arrives, before any of the batch is handled. Optional.
	Received func(ctx context.Context, i *lab.Instance, body []byte)
	// Handle does a message's work.
	Handle func(ctx context.Context, i *lab.Instance, body []byte) error
}

// Run is the consumer's service.
func (c Consumer) Run(ctx context.Context, i *lab.Instance) error {
	i.Ready()
	return Again(ctx, i, func(ctx context.Context) error {
		messages, err := c.Queue.Receive(ctx, i, c.Batch)
		if err != nil {
			return err
		}
		for _, m := range messages {
			if c.Received != nil {
				c.Received(ctx, i, []byte(*m.Body))
			}
		}
		return c.handle(ctx, i, messages)
	})
}

// handle handles messages one by one, and returns the failed ones to the queue at the end. It fails only if
// the process crashed, which leaves the rest to the visibility timeout. If it is asked to stop it returns
// what it has not done.
func (c Consumer) handle(ctx context.Context, i *lab.Instance, messages []types.Message) error {
	var failed []types.Message
	defer func() { c.giveBack(ctx, i, failed) }()
	for n, m := range messages {
		if ctx.Err() != nil {
			failed = append(failed, messages[n:]...)
			return nil
		}
		if c.AtMostOnce {
			c.remove(ctx, i, m)
		}
		switch err := c.Handle(ctx, i, []byte(*m.Body)); {
		case errors.Is(err, lab.ErrCrashed):
			return err
		case err != nil:
			i.Log.Debug("a message was not handled", zap.Error(err))
			if !errors.Is(err, ErrLater) {
				failed = append(failed, m)
			}
			continue
		}
		if err := i.CrashPoint(BeforeDelete); err != nil {
			return err
		}
		if !c.AtMostOnce {
			c.remove(ctx, i, m)
		}
	}
	return nil
}

// remove deletes a message. If it fails the message comes again.
func (c Consumer) remove(ctx context.Context, i *lab.Instance, m types.Message) {
	ctx, cancel := Lasting(ctx, lastCall)
	defer cancel()
	if err := c.Queue.Delete(ctx, i, m); err != nil {
		i.Log.Info("a message was not deleted", zap.Error(err))
	}
}

// lastCall is how long a call may go on when the service is asked to stop.
const lastCall = time.Second

// giveBack makes messages visible again at once. If it fails they return when their visibility timeout ends.
func (c Consumer) giveBack(ctx context.Context, i *lab.Instance, messages []types.Message) {
	if len(messages) == 0 {
		return
	}
	ctx, cancel := Lasting(ctx, lastCall)
	defer cancel()
	in := &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &c.Queue.URL}
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
		i.Log.Info("messages were not given back", zap.Error(err))
	}
}
