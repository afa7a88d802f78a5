package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

// The headers of a request within the mesh.
const (
	requestID = "X-Request-Id"
	timeLeft  = "X-Time-Left" // in milliseconds, until the caller stops waiting. A time of day would need clocks that agree.
)

// hop is how one service calls another.
type hop struct {
	to       *lab.Process
	timeout  time.Duration // of one try
	tries    int           // at most
	budget   *budget       // of the retries; nil for no bound but tries
	circuit  *circuit      // nil for none
	deadline bool          // tell the other how long the caller waits, and don't try again what it gave up itself
}

var (
	errOpen        = errors.New("the circuit is open")
	errUnavailable = errors.New("unavailable")
)

// call calls the service until a try succeeds or there is to be no other.
func (m *mesh) call(ctx context.Context, from *lab.Instance, h *hop, id string) error {
	h.budget.deposit()
	var err error
	for try := range h.tries {
		if try > 0 && !h.budget.withdraw() {
			break
		}
		report, ok := h.circuit.allow()
		if !ok {
			return fmt.Errorf("call %s: %w", h.to.Name, errors.Join(errOpen, err))
		}
		m.env.History.Add(history.Event{Kind: history.Effect, Op: id, Name: call, By: from.Name, Key: h.to.Name})
		err = h.try(ctx, from, id)
		// Who answers that it is unavailable is well: it says so of somebody behind it, whom it has
		// tried again already. To count that, or to try again, would be to do it at every layer.
		passedOn := h.deadline && errors.Is(err, errUnavailable)
		report(err != nil && !passedOn)
		if err == nil || passedOn || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return fmt.Errorf("call %s: %w", h.to.Name, err)
	}
	return nil
}

// try makes one request.
func (h *hop) try(ctx context.Context, from *lab.Instance, id string) error {
	ctx, cancel := context.WithTimeout(ctx, h.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+h.to.Addr()+"/", nil)
	if err != nil {
		return err
	}
	req.Header.Set(requestID, id)
	if end, ok := ctx.Deadline(); ok && h.deadline {
		req.Header.Set(timeLeft, strconv.FormatInt(time.Until(end).Milliseconds(), 10))
	}
	return get(from.HTTP(), req)
}

// get makes a request, to which there is no answer but that all is well.
func get(client *http.Client, req *http.Request) error {
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(resp.Body)
	switch resp.StatusCode {
	case http.StatusOK:
		return nil
	case http.StatusServiceUnavailable:
		return fmt.Errorf("%w: %s", errUnavailable, said)
	}
	return fmt.Errorf("%s: %s", resp.Status, said)
}
