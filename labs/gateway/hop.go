package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// call is the effect that a caller records for each try: Key is the service called.
const call = "call"

// timeLeft is the header that says in how many milliseconds the caller stops waiting.
const timeLeft = "X-Time-Left"

// hop is how one service calls another.
type hop struct {
	to       *lab.Process
	timeout  time.Duration // of one try
	tries    int           // at most
	budget   *budget       // of the retries; nil for no bound but tries
	circuit  *circuit      // nil for none
	deadline bool          // tell the other how long the caller waits, and don't try again what it gave up itself
}

var errOpen = errors.New("the circuit is open")

// call calls the service until a try succeeds or there is to be no other.
func (h *hop) call(ctx context.Context, from *lab.Instance) error {
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
		from.Effect(ctx, history.Event{Name: call, Key: h.to.Name})
		err = h.try(ctx, from)
		// A service that answers that it is unavailable is well: it says so of one behind it, which it has tried again
		// already. To count that, or to try again, would be to do it at every layer.
		var status *part.Status
		passedOn := h.deadline && errors.As(err, &status)
		report(err != nil && !passedOn)
		if err == nil || passedOn || ctx.Err() != nil {
			break
		}
	}
	return err
}

// try makes one request.
func (h *hop) try(ctx context.Context, from *lab.Instance) error {
	ctx, cancel := context.WithTimeout(ctx, h.timeout)
	defer cancel()
	return part.Ask(ctx, from, h.to, "GET /", nil, nil, func(r *http.Request) {
		if end, ok := ctx.Deadline(); ok && h.deadline {
			r.Header.Set(timeLeft, strconv.FormatInt(time.Until(end).Milliseconds(), 10))
		}
	})
}
