package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// The effects of the lab's services beside those of calls.
const (
	began   = "began"   // a leaf began to work at a request
	missing = "missing" // it found that the product's shard is lost
)

// edge is the gateway: GET /checkout and GET /profile, each with its pool of workers and its service.
func (m mesh) edge(routes map[string]*hop) lab.Service {
	pools, shared := map[string]*pool{}, newPool(edgeWorkers, edgeQueue)
	for route := range routes {
		pools[route] = shared
		if m.bulkheads {
			pools[route] = newPool(edgeWorkers/len(routes), edgeQueue)
		}
	}
	return m.service(func(ctx context.Context, i *lab.Instance, r *part.Request) error {
		route := r.PathValue("route")
		to, ok := routes[route]
		if !ok {
			return &part.Status{Code: http.StatusNotFound, Text: "no route " + route}
		}
		return pools[route].do(ctx, func() error { return to.call(ctx, i, r.URL.Path) })
	})
}

// relay is a service that needs another for its answer: checkout needs pricing, pricing inventory.
func (m mesh) relay(next *hop) lab.Service {
	return m.service(func(ctx context.Context, i *lab.Instance, r *part.Request) error {
		return next.call(ctx, i, r.URL.Path)
	})
}

// leaf is a service that answers from Redis: a request costs one of its workers serviceTime and a read.
func (m mesh) leaf(key string, lost *lostShard) lab.Service {
	p := newPool(leafWorkers, leafQueue)
	return m.service(func(ctx context.Context, i *lab.Instance, r *part.Request) error {
		return p.do(ctx, func() error {
			i.Effect(ctx, history.Event{Name: began, Key: i.Name})
			if err := lost.find(r.PathValue("product")); err != nil {
				i.Effect(ctx, history.Event{Name: missing, Key: i.Name})
				return err
			}
			if err := i.Redis().Get(ctx, key).Err(); err != nil && !errors.Is(err, redis.Nil) {
				return fmt.Errorf("read: %w", err)
			}
			return i.Work(ctx, serviceTime)
		})
	})
}

// service does the work of every request for as long as the design has it.
func (m mesh) service(handle func(ctx context.Context, i *lab.Instance, r *part.Request) error) lab.Service {
	return func(life context.Context, i *lab.Instance) error {
		return part.Serve(life, i, map[string]part.Handler{
			"GET /{route}/{product}": func(ctx context.Context, r *part.Request) (any, error) {
				ctx, cancel := m.lifetime(life, ctx, r.Header.Get(timeLeft))
				defer cancel()
				return nil, handle(ctx, i, r)
			},
		})
	}
}

// lifetime returns for how long a request is worked at. With deadlines that is as long as somebody waits for it: until
// the caller leaves, or said that it would (deadline propagation: SRE book, ch. 22; gRPC's grpc-timeout). Without, it
// is for as long as the service runs, for nothing tells it that its answer is no longer wanted.
func (m mesh) lifetime(service, request context.Context, timeLeft string) (context.Context, context.CancelFunc) {
	if !m.deadlines {
		return context.WithCancel(load.WithOperation(service, load.OperationOf(request)))
	}
	left := edgeTime
	if n, err := strconv.Atoi(timeLeft); err == nil {
		left = time.Duration(n) * time.Millisecond
	}
	ctx, cancel := context.WithTimeout(request, left)
	stop := context.AfterFunc(service, cancel)
	return ctx, func() { stop(); cancel() }
}
