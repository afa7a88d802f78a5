package stream

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

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// intakePatience is how long the intake waits for the log.
const intakePatience = time.Second

// intake is the HTTP service that accepts movements: POST /movements. It answers 202 once the log has
// the movement, under its account as key, 400 for what is no movement, and 503 where the log does not
// answer in time: then the log may have it or not.
func (p *pipeline) intake(ctx context.Context, i *lab.Instance) error {
	write := p.log.writer(i)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /movements", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
		if err != nil {
			http.Error(w, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		id, account := route(body)
		if id == "" || account == "" {
			http.Error(w, "a movement is a JSON object with an id and an account", http.StatusBadRequest)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), intakePatience)
		defer cancel()
		if err := write(ctx, account, body); err != nil {
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusAccepted)
	})
	return i.Serve(ctx, mux)
}

// post is the client: it sends a movement to the intake.
func (p *pipeline) post(ctx context.Context, op load.Op) error {
	m := movement{ID: op.ID, Account: op.Key, Cents: 100 * (1 + len(op.Key))}
	body, err := json.Marshal(m)
	if op.Taint == "poison" {
		body = poisoned(m)
	}
	if err != nil {
		return load.Definite(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+p.intakeAddr+"/movements", bytes.NewReader(body))
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
