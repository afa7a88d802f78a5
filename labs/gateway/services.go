package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

// handler does the work of a request.
type handler func(ctx context.Context, r *http.Request) error

// gateway is the edge: GET /checkout and GET /profile, each with its pool and its service.
func (m *mesh) gateway(routes map[string]route) lab.Service {
	return m.service(func(i *lab.Instance) handler {
		return func(ctx context.Context, r *http.Request) error {
			to, ok := routes[r.URL.Path]
			if !ok {
				return fmt.Errorf("no route %s", r.URL.Path)
			}
			leave, err := to.pool.enter(ctx)
			if err != nil {
				return err
			}
			defer leave()
			return m.call(ctx, i, to.hop, r.Header.Get(requestID))
		}
	})
}

// route is where the gateway sends the requests for a path, and the workers it has for them.
type route struct {
	pool *pool
	hop  *hop
}

// relay is a service that needs another for its answer: checkout needs pricing, pricing inventory.
func (m *mesh) relay(next *hop) lab.Service {
	return m.service(func(i *lab.Instance) handler {
		return func(ctx context.Context, r *http.Request) error {
			return m.call(ctx, i, next, r.Header.Get(requestID))
		}
	})
}

// leaf is a service that answers from Redis: a request costs one of its workers serviceTime and a read.
func (m *mesh) leaf(workers int) lab.Service {
	return m.service(func(i *lab.Instance) handler {
		p := newPool(workers, leafQueue)
		key := m.env.Name(i.Name)
		return func(ctx context.Context, r *http.Request) error {
			leave, err := p.enter(ctx)
			if err != nil {
				return err
			}
			defer leave()
			if err := i.Redis().Get(ctx, key).Err(); err != nil && !errors.Is(err, redis.Nil) {
				return fmt.Errorf("read: %w", err)
			}
			return i.Work(ctx, serviceTime)
		}
	})
}

// service serves a handler over HTTP: 200 where it succeeds and 503 where it does not.
func (m *mesh) service(with func(i *lab.Instance) handler) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		handle := with(i)
		return i.Serve(ctx, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			of, cancel := m.lifetime(ctx, r)
			defer cancel()
			if err := handle(of, r); err != nil {
				http.Error(w, err.Error(), http.StatusServiceUnavailable)
			}
		}))
	}
}

// lifetime returns for how long a request is worked at. With deadlines that is as long as somebody
// waits for it: until the caller leaves, or said that it would (deadline propagation: SRE book, ch. 22;
// gRPC's grpc-timeout). Without, it is for as long as the service runs, for nothing tells it that its
// answer is no longer wanted.
func (m *mesh) lifetime(service context.Context, r *http.Request) (context.Context, context.CancelFunc) {
	if !m.deadlines {
		return context.WithCancel(service)
	}
	left := edgeTime
	if n, err := strconv.Atoi(r.Header.Get(timeLeft)); err == nil {
		left = time.Duration(n) * time.Millisecond
	}
	of, cancel := context.WithTimeout(r.Context(), left)
	stop := context.AfterFunc(service, cancel)
	return of, func() { stop(); cancel() }
}
