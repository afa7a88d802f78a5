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

// The effects that a caller records of each try: Key is the service called.
const (
	call     = "call"
	answered = "answered" // also that a service behind it is unavailable
	failed   = "failed"
)

// timeLeft is the header that says in how many milliseconds the caller stops waiting.
const timeLeft = "X-Time-Left"

// hop is how one service calls another.
type hop struct {
	to       *lab.Process
	timeout  time.Duration // of one try
	passesOn bool          // an answer that the service is unavailable is passed on, not tried again
	budget   *budget       // of the retries; nil for no bound but tries
	circuit  *circuit      // nil for none
	deadline bool          // tell the other how long the caller waits
}

var errOpen = errors.New("the circuit is open")

// call calls the service until a try succeeds or there is to be no other. The circuit counts calls, not tries: a
// product that can't be had is one failure, however often it is asked for.
func (h *hop) call(ctx context.Context, from *lab.Instance, path string) error {
	report, ok := h.circuit.allow()
	if !ok {
		return fmt.Errorf("call %s: %w", h.to.Name, errOpen)
	}
	h.budget.deposit()
	var err error
	ill := true
	for try := 0; try < tries && ill; try++ {
		if try > 0 && (ctx.Err() != nil || !h.budget.withdraw()) {
			break
		}
		from.Effect(ctx, history.Event{Name: call, Key: h.to.Name})
		err = h.try(ctx, from, path)
		// A service that answers that it is unavailable is well: it says so of one behind it, which it has tried again
		// already. To count that, or to try again, would be to do it at every layer.
		var status *part.Status
		ill = err != nil && !(h.passesOn && errors.As(err, &status))
		name := answered
		if ill {
			name = failed
		}
		from.Effect(ctx, history.Event{Name: name, Key: h.to.Name})
	}
	report(ill)
	return err
}

// try makes one request.
func (h *hop) try(ctx context.Context, from *lab.Instance, path string) error {
	ctx, cancel := context.WithTimeout(ctx, h.timeout)
	defer cancel()
	return part.Ask(ctx, from, h.to, "GET "+path, nil, nil, func(r *http.Request) {
		if end, ok := ctx.Deadline(); ok && h.deadline {
			r.Header.Set(timeLeft, strconv.FormatInt((time.Until(end)-answerTime).Milliseconds(), 10))
		}
	})
}
