package dlq

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/segmentio/kafka-go"

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
	offsets, err := i.GroupOffsets(ctx, p.topic, p.group, partitions)
	if err != nil {
		return err
	}
	for partition, o := range offsets {
		for at := o.Committed; at < o.End; {
			next, err := p.readFrom(ctx, i, partition, at, o.End)
			if err != nil {
				return err
			}
			if next == at { // what is left of the log holds no orders, such as control records
				break
			}
			at = next
		}
	}
	return nil
}

// readFrom records one fetch of a partition and returns the offset after it.
func (p *pipeline) readFrom(ctx context.Context, i *lab.Instance, partition int, at, end int64) (int64, error) {
	got, err := i.Kafka().Fetch(ctx, &kafka.FetchRequest{Topic: p.topic, Partition: partition, Offset: at, MinBytes: 1, MaxBytes: 1 << 20, MaxWait: time.Second})
	if err == nil {
		err = got.Error
	}
	if err != nil {
		return at, fmt.Errorf("read %s/%d at %d: %w", p.topic, partition, at, err)
	}
	for {
		r, err := got.Records.ReadRecord()
		if err != nil || r.Offset >= end { // io.EOF ends a fetch; whatever else it was, the next one meets it again
			return at, nil
		}
		body, err := kafka.ReadAll(r.Value)
		if err != nil {
			return at, fmt.Errorf("read %s/%d at %d: %w", p.topic, partition, r.Offset, err)
		}
		if r.Offset >= at {
			p.record(inFlight, orderID(body), invariant.Everywhere, "audit")
			at = r.Offset + 1
		}
	}
}
