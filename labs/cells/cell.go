package cells

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// cell is the whole service once more: workers, a release, and a Redis namespace with two hashes, event ID → event.
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

// work is a worker's service: it journals an event, processes it and answers 202. It begins with what the journal still
// holds, and it listens only after that, so that an event on which it dies kills it at each start: a crash loop.
func (c *cell) work(ctx context.Context, i *lab.Instance) error {
	var release error
	if c.broken.Load() {
		release = &part.Status{Code: http.StatusInternalServerError, Text: "release 2: no such setting: region"}
	}
	left, err := i.Redis().HGetAll(ctx, c.journal).Result()
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	for id, body := range left {
		if err := c.process(ctx, i, id, []byte(body)); err != nil {
			return err
		}
	}
	return part.Serve(ctx, i, map[string]part.Handler{
		health: func(context.Context, *part.Request) (any, error) { return nil, release },
		takeEvent: func(ctx context.Context, r *part.Request) (any, error) {
			if release != nil {
				return nil, release
			}
			return part.Accepted, c.take(ctx, i, r.PathValue("id"), r.Body)
		},
	})
}

// take puts an event into the journal before anything else: what a worker has begun survives the worker.
func (c *cell) take(ctx context.Context, i *lab.Instance, id string, body []byte) error {
	if err := i.Redis().HSet(ctx, c.journal, id, body).Err(); err != nil {
		return fmt.Errorf("write to the journal: %w", err)
	}
	return c.process(ctx, i, id, body)
}

// process moves an event out of the journal. It can be repeated. A worker takes an event that does not parse for
// corruption of its own and dies. That is sound for one's own data, and a mistake where a client decides what is in it.
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

// audit records the events that the cell has. One that was tried again elsewhere may be in several cells.
func (c *cell) audit(ctx context.Context, i *lab.Instance) error {
	for _, found := range []struct{ effect, hash string }{{stored, c.events}, {pending, c.journal}} {
		ids, err := i.Redis().HKeys(ctx, found.hash).Result()
		if err != nil {
			return fmt.Errorf("read what is %s in %s: %w", found.effect, c.name, err)
		}
		for _, id := range ids {
			i.Effect(ctx, history.Event{Op: id, Name: found.effect, Key: c.name})
		}
	}
	return nil
}
