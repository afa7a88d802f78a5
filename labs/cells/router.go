package cells

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	// attemptTime is how long the router waits for one worker. A dead one refuses at once; this is
	// for one that hangs.
	attemptTime = 3 * time.Second
	// ejectTime is for how long the router does not ask a worker again that refused a connection; then
	// one request tries.
	ejectTime = 50 * time.Millisecond
)

// router is the thin layer before the cells: it knows where each tenant lives and nothing else, for
// whatever it does, it does to everybody. It asks the tenant's workers in turn until one answers, each
// request beginning with the next worker.
func (f *fleet) router(ctx context.Context, i *lab.Instance) error {
	where, err := f.directory.read(ctx, i)
	if err != nil {
		return err
	}
	turns := map[string]*atomic.Uint32{}
	for tenant := range where {
		turns[tenant] = &atomic.Uint32{}
	}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /tenants/{tenant}/events/{id}", func(rw http.ResponseWriter, r *http.Request) {
		tenant, id := r.PathValue("tenant"), r.PathValue("id")
		body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, 64<<10))
		if err != nil {
			http.Error(rw, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		f.asked.Add(1)
		candidates := f.serving(where[tenant])
		if len(candidates) == 0 {
			http.Error(rw, "no such tenant", http.StatusNotFound)
			return
		}
		first := int(turns[tenant].Add(1))
		var errs []error
		for n := range candidates {
			w := candidates[(first+n)%len(candidates)]
			err := f.forward(r.Context(), i, w, tenant, id, body)
			if err == nil {
				rw.WriteHeader(http.StatusAccepted)
				return
			}
			errs = append(errs, err)
			if r.Context().Err() != nil {
				break
			}
		}
		http.Error(rw, errors.Join(errs...).Error(), http.StatusServiceUnavailable)
	})
	return i.Serve(ctx, mux)
}

// newEjection returns what keeps the router from a worker that refused a connection. A worker that
// hangs or answers with an error is asked each time: it may know better with the next event.
func newEjection() circuitbreaker.CircuitBreaker[any] {
	return circuitbreaker.NewBuilder[any]().HandleErrors(syscall.ECONNREFUSED).WithDelay(ejectTime).Build()
}

// forward asks one worker and records how that went. A worker that was found dead a moment ago counts
// as asked: that the router knows the answer is not the worker's merit.
func (f *fleet) forward(ctx context.Context, i *lab.Instance, w *worker, tenant, id string, body []byte) error {
	err := failsafe.With(w.ejection).Run(func() error {
		ctx, cancel := context.WithTimeout(ctx, attemptTime)
		defer cancel()
		return put(ctx, i.HTTP(), w.Addr(), tenant, id, body)
	})
	outcome := served
	if err != nil {
		outcome = failed
	}
	f.env.History.Add(history.Event{Kind: history.Effect, Op: id, Name: attempt, By: i.Name, Key: cellName(w.cell), Value: outcome})
	return err
}

// put sends an event to a service that takes them: the router or a worker.
func put(ctx context.Context, client *http.Client, addr, tenant, id string, body []byte) error {
	url := fmt.Sprintf("http://%s/tenants/%s/events/%s", addr, tenant, id)
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	said, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusAccepted {
		return fmt.Errorf("%s: %s", resp.Status, bytes.TrimSpace(said))
	}
	return nil
}
