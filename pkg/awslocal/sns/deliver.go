package sns

import (
	"context"
	"errors"
	"math"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// queueMessage is SQS's SendMessage.
type queueMessage struct {
	QueueURL        string                    `json:"QueueUrl"`
	Body            string                    `json:"MessageBody"`
	Attributes      map[string]attributeValue `json:"MessageAttributes,omitempty"`
	GroupID         string                    `json:"MessageGroupId,omitempty"`
	DeduplicationID string                    `json:"MessageDeduplicationId,omitempty"`
}

// deliver delivers a message to one subscription, or starts a background delivery.
func (s *Service) deliver(ctx context.Context, sub subscription, m *message) {
	if sub.protocol != "sqs" {
		s.background(func(ctx context.Context) { s.post(ctx, &sub, m) })
		return
	}
	// The publisher can't cancel the delivery: its message was accepted.
	err := s.sendToQueue(context.WithoutCancel(ctx), sub.endpoint, &sub, m)
	switch {
	case err == nil:
	case retryable(err):
		s.background(func(ctx context.Context) { s.retryQueue(ctx, &sub, m) })
	default:
		s.sendToDLQ(context.WithoutCancel(ctx), &sub, m, err)
	}
}

func (s *Service) sendToQueue(ctx context.Context, arn string, sub *subscription, m *message) error {
	parts := strings.Split(arn, ":")
	region, account, name := parts[3], parts[4], parts[5]
	in := &queueMessage{QueueURL: sub.base + "/queue/" + region + "/" + account + "/" + name, Body: m.body(sub)}
	if sub.raw {
		in.Attributes = m.attributes
	}
	switch {
	case strings.HasSuffix(name, ".fifo"):
		in.GroupID, in.DeduplicationID = m.group, m.dedup
	case m.SequenceNumber == "":
		in.GroupID = m.group // a standard topic's group is passed on for fair queues
	}
	return s.caller.Invoke(api.WithScope(ctx, api.Scope{Region: region, Account: account}), "sqs", "SendMessage", in, nil)
}

// retryable reports whether the failure is the service's: then SNS retries. It does not if the queue is gone
// or refuses the message.
func retryable(err error) bool {
	var e *api.Error
	return !errors.As(err, &e) || e.HTTPStatus() >= 500 || strings.Contains(e.Code, "Thrott")
}

// queueRetries is AWS's policy for queues: 100,015 attempts over 23 days.
const queueRetries = 100_015

// queueDelay is the pause before the nth retry: 3 retries without a pause, 2 after a second each, 10 with
// pauses that grow from one second to twenty, and twenty seconds from then on.
func queueDelay(n int) time.Duration {
	switch {
	case n <= 3:
		return 0
	case n <= 5:
		return time.Second
	case n <= 15:
		return time.Duration(math.Pow(20, float64(n-6)/9) * float64(time.Second))
	}
	return 20 * time.Second
}

func (s *Service) retryQueue(ctx context.Context, sub *subscription, m *message) {
	var err error
	for n := 1; n < queueRetries; n++ {
		if !s.pause(ctx, queueDelay(n)) {
			return
		}
		if err = s.sendToQueue(ctx, sub.endpoint, sub, m); err == nil {
			return
		}
		if !retryable(err) {
			break
		}
	}
	s.sendToDLQ(ctx, sub, m, err)
}

// pause waits; false means that the service was closed.
func (s *Service) pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	timer := s.clock.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.Chan():
		return true
	case <-ctx.Done():
		return false
	}
}

// sendToDLQ sends an undeliverable message to the subscription's dead-letter queue. Without one the message
// is lost, as on AWS.
func (s *Service) sendToDLQ(ctx context.Context, sub *subscription, m *message, cause error) {
	if sub.deadLetter != "" {
		err := s.sendToQueue(ctx, sub.deadLetter, sub, m)
		if err == nil {
			return
		}
		cause = errors.Join(cause, err)
	}
	s.log.Warn("message not delivered", zap.String("subscription", sub.arn), zap.String("message", m.MessageID),
		zap.Error(cause))
}
