package dlq

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// intakePatience is how long the intake waits for Kafka's acknowledgement.
const intakePatience = time.Second

// intake is the HTTP service that accepts orders: POST /orders with an order as JSON. It answers
// 202 once Kafka has the order on all in-sync replicas, so that what it accepted is not lost with
// it; 400 for what is no order, or not what was sent; 413 for more than an order can be; and 503
// where Kafka does not answer in time: then the order may be in the log or not, and the client is
// told so.
func (p *pipeline) intake(ctx context.Context, i *lab.Instance) error {
	writer := i.KafkaWriter(p.topic)
	mux := http.NewServeMux()
	mux.Handle("POST /orders", lab.Intake(func(ctx context.Context, body []byte) error {
		id := orderID(body)
		if id == "" {
			return load.Definite(errors.New("an order is a JSON object with an id"))
		}
		ctx, cancel := context.WithTimeout(ctx, intakePatience)
		defer cancel()
		return writer.WriteMessages(ctx, kafka.Message{Key: []byte(id), Value: body})
	}))
	return i.Serve(ctx, mux)
}

// client returns the client, which sends orders to the intake.
func client(intake *lab.Process) *lab.Sender {
	return &lab.Sender{
		To:       intake,
		Path:     "/orders",
		Message:  func(op load.Op) []byte { return placed(op).encode() },
		Poisoned: func(op load.Op) []byte { return poisoned(placed(op)) },
	}
}

// placed returns the order that an operation places.
func placed(op load.Op) order {
	return order{ID: op.ID, Customer: op.Key, Cents: 100 * (1 + len(op.Key))}
}
