package dlq

import (
	"context"
	"errors"
	"fmt"
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
// answers 503 where Kafka does not acknowledge in time: then the order may be in the log or not.
func intake(orders *part.Log) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		return part.Serve(ctx, i,
			map[string]part.Handler{"POST /orders": func(ctx context.Context, r *part.Request) (any, error) {
				id := orderID(r.Body)
				if id == "" {
					return nil, load.Definite(errors.New("an order is a JSON object with an id"))
				}
				ctx, cancel := context.WithTimeout(ctx, intakePatience)
				defer cancel()
				return part.Accepted, orders.Append(ctx, i, id, r.Body)
			}})
	}
}

// dispatcher moves orders from Kafka to SNS, which fans them out to the queues. The offset is committed only after
// SNS has the order: a crash or a lost answer between the two publishes the order again (at least once), the
// other way round it would lose it (at most once).
func dispatcher(orders *part.Log, placed *part.Topic) lab.Service {
	return part.Loop(func(ctx context.Context, i *lab.Instance) error {
		return orders.Consume(ctx, i, func(ctx context.Context, m kafka.Message) error {
			return placed.Publish(ctx, i, m.Value)
		})
	})
}

// redriver empties a dead-letter queue: it repairs what it finds and sends it back to the queue it came from,
// under the same ID, so that an order that was charged already is not charged again. A parked message is deleted
// only after its replay was accepted. (Where there is nothing to repair, SQS does the same by itself:
// StartMessageMoveTask.)
func redriver(q *part.Queue) lab.Service {
	return part.Consumer{Queue: q.Dead, Batch: 10, Handle: func(ctx context.Context, i *lab.Instance, body []byte) error {
		fixed, err := repair(body)
		if err != nil {
			return fmt.Errorf("%w: %w", part.ErrLater, err) // it stays parked, for a person to look at
		}
		i.Effect(ctx, history.Event{Op: orderID(fixed), Name: redriven, Key: q.Name})
		return q.Send(ctx, i, fixed)
	}}.Run
}
