package dlq

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
)

// auditTime is how long messages that a dead worker holds may take to become visible again.
const auditTime = 10 * time.Second

// audit records where every order is, from the dependencies alone: in the ledger, parked, or still
// in flight. It runs when no instance does, so that nothing moves while it counts.
func (p *pipeline) audit(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, auditTime)
	defer cancel()
	i := p.env.Observer()
	err := p.ledger.each(ctx, i, func(id, queue string, times int) {
		for range times {
			p.record(done, id, queue, "ledger")
		}
	})
	if err != nil {
		return err
	}
	for _, q := range p.queues {
		if err := p.empty(ctx, i, q, inFlight); err != nil {
			return err
		}
		if q.dead == nil {
			continue
		}
		if err := p.empty(ctx, i, q.dead, parked); err != nil {
			return err
		}
	}
	return p.unread(ctx, i)
}

// empty receives every message of the queue, recording an effect of that name for each. It keeps
// them hidden, and is done when it holds as many as the queue has.
func (p *pipeline) empty(ctx context.Context, i *lab.Instance, q *queue, name string) error {
	held := map[string]bool{}
	return lab.Poll(ctx, "the audit has seen every message of "+q.name, func(ctx context.Context) (bool, error) {
		for {
			out, err := i.SQS().ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &q.url, MaxNumberOfMessages: 10, VisibilityTimeout: 60})
			if err != nil {
				return false, err
			}
			if len(out.Messages) == 0 {
				break
			}
			for _, m := range out.Messages {
				if !held[*m.MessageId] {
					held[*m.MessageId] = true
					p.effect(name, q, "audit", []byte(*m.Body))
				}
			}
		}
		n, err := depth(ctx, i, q)
		return err == nil && n <= len(held), err
	})
}

// unread records the orders in Kafka that the dispatcher has not committed: in flight on every
// branch.
func (p *pipeline) unread(ctx context.Context, i *lab.Instance) error {
	return i.Uncommitted(ctx, p.topic, p.group, partitions, func(body []byte) {
		p.record(inFlight, orderID(body), invariant.Everywhere, "audit")
	})
}
