package cells

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// cell is the whole service once more: workers, a release, and a Redis namespace with two hashes, event ID
// → event.
type cell struct {
	name    string
	journal string      // events that were taken in and not yet processed
	events  string      // events that were processed
	broken  atomic.Bool // the release is one that fails every request; a worker runs it from its next start
	workers []*lab.Process
}

func cellName(n int) string { return fmt.Sprintf("cell-%d", n+1) }

// event is what tenants send.
type event struct {
	Tenant string `json:"tenant"`
	Amount int    `json:"amount"`
}

const (
	takeEvent = "PUT /tenants/{tenant}/events/{id}" // of a worker and of the router
	health    = "GET /health"                       // of a worker
)

// path is takeEvent with its values.
func path(tenant, id string) string { return fmt.Sprintf("PUT /tenants/%s/events/%s", tenant, id) }

// work is a worker's service: it journals an event, processes it and answers 202. It begins with what the
// journal still holds, and it listens only after that, so that an event on which it dies kills it at each
// start: a crash loop.
func (c *cell) work(ctx context.Context, i *lab.Instance) error {
	broken := c.broken.Load()
	left, err := i.Redis().HGetAll(ctx, c.journal).Result()
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	for id, body := range left {
		if err := c.process(ctx, i, id, []byte(body)); err != nil {
			return err
		}
	}
	routes := map[string]part.Handler{
		takeEvent: func(ctx context.Context, r *part.Request) (any, error) {
			return part.Accepted, c.take(ctx, i, r.PathValue("id"), r.Body)
		},
		health: func(context.Context, *part.Request) (any, error) { return nil, nil },
	}
	if broken {
		for route := range routes {
			routes[route] = func(context.Context, *part.Request) (any, error) {
				return nil, &part.Status{Code: http.StatusInternalServerError, Text: "release 2: no such setting: region"}
			}
		}
	}
	return part.Serve(ctx, i, routes)
}

// take puts an event into the journal before anything else is done with it: what a worker has begun
// survives the worker.
func (c *cell) take(ctx context.Context, i *lab.Instance, id string, body []byte) error {
	if err := i.Redis().HSet(ctx, c.journal, id, body).Err(); err != nil {
		return fmt.Errorf("write to the journal: %w", err)
	}
	return c.process(ctx, i, id, body)
}

// process moves an event out of the journal. It can be repeated. A worker takes an event in its journal that
// does not parse for corruption of its own and dies before it makes things worse. That is a sound rule for
// one's own data, and a serious mistake where a client decides what is in it.
func (c *cell) process(ctx context.Context, i *lab.Instance, id string, body []byte) error {
	if err := json.Unmarshal(body, &event{}); err != nil {
		i.Log.Info("the journal is corrupt", zap.String("event", id), zap.Error(err))
		return i.Crash()
	}
	_, err := i.Redis().TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, c.events, id, body)
		p.HDel(ctx, c.journal, id)
		return nil
	})
	if err != nil {
		return fmt.Errorf("settle event %s: %w", id, err)
	}
	return nil
}
