package dlq

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// intake is the HTTP service that accepts orders: POST /orders with an order as JSON. It answers
// 202 once Kafka has the order on all in-sync replicas, so that what it accepted is not lost with
// it; 400 for what is no order; and 503 where Kafka does not answer in time: then the order may
// be in the log or not, and the client is told so.
func (p *pipeline) intake(ctx context.Context, i *lab.Instance) error {
	writer := i.KafkaWriter(p.topic)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		id := orderID(body)
		if id == "" {
			http.Error(w, "an order is a JSON object with an id", http.StatusBadRequest)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), intakePatience)
		defer cancel()
		if err := writer.WriteMessages(ctx, kafka.Message{Key: []byte(id), Value: body}); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
	return i.Serve(ctx, mux)
}

// intakePatience is how long the intake waits for Kafka's acknowledgement.
const intakePatience = time.Second

// post is the client: it sends an order to the intake.
func (p *pipeline) post(ctx context.Context, op load.Op) error {
	o := order{ID: op.ID, Customer: op.Key, Cents: 100 * (1 + len(op.Key))}
	body, err := json.Marshal(o)
	if op.Taint == "poison" {
		body = poisoned(o)
	}
	if err != nil {
		return load.Definite(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.intakeAddr+"/orders", bytes.NewReader(body))
	if err != nil {
		return load.Definite(err)
	}
	resp, err := p.client.Do(req)
	var dial *net.OpError
	switch {
	case errors.As(err, &dial) && dial.Op == "dial":
		return load.Definite(err)
	case err != nil:
		return err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(resp.Body)
	switch {
	case resp.StatusCode == http.StatusAccepted:
		return nil
	case resp.StatusCode >= 400 && resp.StatusCode < 500:
		return load.Definite(fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(said)))
	default:
		return fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(said))
	}
}
