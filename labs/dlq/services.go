package dlq

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// intakePatience is how long the intake waits for Kafka's acknowledgement.
const intakePatience = time.Second

// intake is the HTTP service that accepts orders: POST /orders with an order as JSON. It answers 202 once Kafka
// has the order on all in-sync replicas, so that a crash of the intake loses nothing that it accepted. It
// answers 503 where Kafka does not acknowledge in time: then the order may be in the log or not. Without the
// guard it does not wait for Kafka.
func intake(orders *part.Log, waits bool) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		var later sync.WaitGroup
		defer later.Wait()
		return part.Serve(ctx, i,
			map[string]part.Handler{"POST /orders": func(ctx context.Context, r *part.Request) (any, error) {
				id := orderID(r.Body)
				if id == "" {
					return nil, load.Definite(errors.New("an order is a JSON object with an id"))
				}
				add := func() error {
					ctx, cancel := part.Lasting(ctx, intakePatience)
					defer cancel()
					return orders.Append(ctx, i, id, r.Body)
				}
				if !waits {
					later.Go(func() { _ = add() }) // nobody is left to be told
					return part.Accepted, nil
				}
				return part.Accepted, add()
			}})
	}
}

// The crash points of the dispatcher and the redrivers: a message has not gone on, or it has and can come again.
const (
	beforeSend = "before-send"
	afterSend  = "after-send"
)

// sending passes the crash points around a send.
func sending(i *lab.Instance, send func() error) error {
	if err := i.CrashPoint(beforeSend); err != nil {
		return err
	}
	if err := send(); err != nil {
		return err
	}
	return i.CrashPoint(afterSend)
}

// dispatcher moves orders from Kafka to SNS, which fans them out to the queues. The offset is committed only after
// SNS has the order: a crash or a lost answer between the two publishes the order again (at least once), the
// other way round it would lose it (at most once).
func dispatcher(orders *part.Log, placed *part.Topic) lab.Service {
	return part.Loop(func(ctx context.Context, i *lab.Instance) error {
		return orders.Consume(ctx, i, func(ctx context.Context, m kafka.Message) error {
			return sending(i, func() error { return placed.Publish(ctx, i, m.Value) })
		})
	})
}

// redriver empties a dead-letter queue: it repairs what it finds and sends it back to the queue it came from,
// under the same ID, so that an order that was charged already is not charged again. A parked message is deleted
// only after its replay was accepted. (Where there is nothing to repair, SQS does the same by itself:
// StartMessageMoveTask.)
func redriver(q *part.Queue, deleteFirst bool) lab.Service {
	handle := func(ctx context.Context, i *lab.Instance, body []byte) error {
		fixed, err := repair(body)
		if err != nil {
			return fmt.Errorf("%w: %w", part.ErrLater, err) // it stays parked, for a person to look at
		}
		return sending(i, func() error {
			i.Effect(ctx, history.Event{Op: orderID(fixed), Name: redriven, Key: q.Name})
			return q.Send(ctx, i, fixed)
		})
	}
	return part.Consumer{Queue: q.Dead, Batch: 10, AtMostOnce: deleteFirst, Handle: handle}.Run
}
