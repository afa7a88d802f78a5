package cells

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/failsafe-go/failsafe-go/circuitbreaker"
	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
)

// worker is one instance of a cell, and what is installed on it.
type worker struct {
	cell     int
	store    store
	release  atomic.Int32                       // what runs after the next start
	ejection circuitbreaker.CircuitBreaker[any] // open while the router leaves it alone
	*lab.Process
}

// The releases: in the bad one every request fails, which no test had found.
const (
	goodRelease = 1
	badRelease  = 2
)

// event is what tenants send.
type event struct {
	Tenant string `json:"tenant"`
	Amount int    `json:"amount"`
}

// errCorrupt is why a worker dies: it takes an event in its journal that does not parse for corruption
// of its own and stops before it makes things worse. That is a sound rule for one's own data, and a
// grave fault where a client decides what is in it.
var errCorrupt = errors.New("the journal is corrupt")

// run is the worker's service: PUT /tenants/{tenant}/events/{id} journals an event, processes it and
// answers 202. It begins with what the journal still holds, and it listens only after that, so that an
// event on which it dies kills it at each start: a crash loop.
func (w *worker) run(ctx context.Context, i *lab.Instance) error {
	release := w.release.Load()
	if err := w.replay(ctx, i.Redis()); err != nil {
		i.Log.Info("died at the start", zap.Error(err)) // no error of the lab's: the supervisor is there for it
		return nil
	}
	ln, err := i.Listen()
	if err != nil {
		return err
	}
	died := make(chan error, 1)
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /tenants/{tenant}/events/{id}", func(rw http.ResponseWriter, r *http.Request) {
		if release == badRelease {
			http.Error(rw, "release 2: no such setting: region", http.StatusInternalServerError)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, 64<<10))
		if err != nil {
			http.Error(rw, err.Error(), http.StatusRequestEntityTooLarge)
			return
		}
		switch err := w.take(r.Context(), i.Redis(), r.PathValue("id"), body); {
		case errors.Is(err, errCorrupt):
			select {
			case died <- err:
			default: // it is dying already
			}
			<-r.Context().Done() // the dead don't answer
		case err != nil:
			http.Error(rw, err.Error(), http.StatusServiceUnavailable)
		default:
			rw.WriteHeader(http.StatusAccepted)
		}
	})
	mux.HandleFunc("GET /health", func(rw http.ResponseWriter, r *http.Request) {
		if release == badRelease {
			http.Error(rw, "release 2", http.StatusInternalServerError)
		}
	})
	return serve(ctx, i, ln, mux, died)
}

// replay processes what the journal still holds.
func (w *worker) replay(ctx context.Context, r *redis.Client) error {
	left, err := w.store.unsettled(ctx, r)
	if err != nil {
		return err
	}
	for id, body := range left {
		if err := w.process(ctx, r, id, []byte(body)); err != nil {
			return err
		}
	}
	return nil
}

func (w *worker) take(ctx context.Context, r *redis.Client, id string, body []byte) error {
	if err := w.store.write(ctx, r, id, body); err != nil {
		return err
	}
	return w.process(ctx, r, id, body)
}

func (w *worker) process(ctx context.Context, r *redis.Client, id string, body []byte) error {
	var e event
	if err := json.Unmarshal(body, &e); err != nil {
		return fmt.Errorf("%w: event %s: %w", errCorrupt, id, err)
	}
	return w.store.settle(ctx, r, id, body)
}

// lastAnswers is how long a stopping service has for the requests under way.
const lastAnswers = time.Second

// serve serves h until ctx ends, then lets the requests under way finish; or until the service dies,
// when nobody gets an answer.
func serve(ctx context.Context, i *lab.Instance, ln net.Listener, h http.Handler, died <-chan error) error {
	server := &http.Server{Handler: h}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(ln) }()
	i.Ready()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case err := <-died:
		i.Log.Info("died", zap.Error(err))
		server.Close()
		<-failed
		return nil
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastAnswers)
	defer cancel()
	err := server.Shutdown(last)
	<-failed
	return err
}
