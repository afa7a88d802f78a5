package cells

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// cell is the whole service once more: workers, a release, and a Redis namespace with hashes, event ID → event: one of
// what was processed, and a journal for each worker.
type cell struct {
	name     string
	events   string      // events that were processed
	broken   atomic.Bool // the release is one that fails every request; a worker runs it from its next start
	lanes    int         // events that a worker processes at a time
	journals bool        // it journals an event before it answers
	workers  []*lab.Process
}

// journal returns the name of a worker's journal: the events that it has taken in and not yet processed.
func (c *cell) journal(worker string) string { return c.events + ":journal:" + worker }

func cellName(n int) string { return fmt.Sprintf("cell-%d", n+1) }

// event is what tenants send.
type event struct {
	Tenant string `json:"tenant"`
	Cents  int64  `json:"cents"`
}

// entry is an event as the journal has it.
type entry struct {
	id   string
	body []byte
}

const (
	takeEvent = "PUT /tenants/{tenant}/events/{id}" // of a worker and of the router
	health    = "GET /health"                       // of a worker
)

// path is takeEvent with its values.
func path(tenant, id string) string { return fmt.Sprintf("PUT /tenants/%s/events/%s", tenant, id) }

// The crash points of a worker, one after each step.
const (
	journaled = "journaled, not answered"
	worked    = "answered and worked at, not stored"
	settled   = "stored and out of the journal"
)

// work is a worker's service: it journals an event, answers 202 and processes it later. It begins with what the journal
// still holds, and it listens only after that, so that an event on which it dies kills it at each start: a crash loop.
func (c *cell) work(ctx context.Context, i *lab.Instance) error {
	var release error
	if c.broken.Load() {
		release = &part.Status{Code: http.StatusInternalServerError, Text: "release 2: no such setting: region"}
	}
	left, err := i.Redis().HGetAll(ctx, c.journal(i.Name)).Result()
	if err != nil {
		return fmt.Errorf("read the journal: %w", err)
	}
	for id, body := range left {
		e := entry{id, []byte(body)}
		if err := e.parse(i); err != nil {
			return err
		}
		if err := c.process(ctx, i, e); err != nil {
			return err
		}
	}
	held := make(chan entry, memory)
	var running sync.WaitGroup
	defer running.Wait()
	for range c.lanes {
		running.Go(func() {
			defer crash.Guard()
			c.lane(ctx, i, held)
		})
	}
	return part.Serve(ctx, i, map[string]part.Handler{
		health: func(context.Context, *part.Request) (any, error) { return nil, release },
		takeEvent: func(ctx context.Context, r *part.Request) (any, error) {
			if release != nil {
				return nil, release
			}
			return part.Accepted, c.take(ctx, i, entry{r.PathValue("id"), r.Body}, held)
		},
	})
}

// take puts an event into the journal before anything else: what a worker has accepted survives the worker. One that
// has no room for an event is killed for want of memory. Its load then goes to others.
func (c *cell) take(ctx context.Context, i *lab.Instance, e entry, held chan<- entry) error {
	if c.journals {
		if err := i.Redis().HSet(ctx, c.journal(i.Name), e.id, e.body).Err(); err != nil {
			return fmt.Errorf("write to the journal: %w", err)
		}
	}
	if err := i.CrashPoint(journaled); err != nil {
		return err
	}
	if err := e.parse(i); err != nil {
		return err
	}
	select {
	case held <- e:
		return nil
	default:
		i.Log.Info("out of memory", zap.String("event", e.id))
		return i.Crash()
	}
}

// parse reads an event. A worker takes one that does not parse for corruption of its own and dies. That is sound for
// one's own data, and a mistake where a client decides what is in it.
func (e entry) parse(i *lab.Instance) error {
	if err := json.Unmarshal(e.body, &event{}); err != nil {
		i.Log.Info("the journal is corrupt", zap.String("event", e.id), zap.Error(err))
		return i.Crash()
	}
	return nil
}

// lane processes one event after the other, each until that succeeds or the worker ends.
func (c *cell) lane(ctx context.Context, i *lab.Instance, held <-chan entry) {
	for {
		select {
		case e := <-held:
			for c.process(ctx, i, e) != nil && i.Work(ctx, pause) == nil {
			}
		case <-ctx.Done():
			return
		}
	}
}

// pause is how long a process waits before it tries again.
const pause = 100 * time.Millisecond

// process moves an event out of the journal, which takes eventWork. It can be repeated.
func (c *cell) process(ctx context.Context, i *lab.Instance, e entry) error {
	if err := i.Work(ctx, eventWork); err != nil {
		return err
	}
	if err := i.CrashPoint(worked); err != nil {
		return err
	}
	_, err := i.Redis().TxPipelined(ctx, func(p redis.Pipeliner) error {
		p.HSet(ctx, c.events, e.id, e.body)
		p.HDel(ctx, c.journal(i.Name), e.id)
		return nil
	})
	if err != nil {
		return fmt.Errorf("settle event %s: %w", e.id, err)
	}
	i.Effect(ctx, history.Event{Op: e.id, Name: processed, Key: c.name})
	return i.CrashPoint(settled)
}

// waiting counts the events in the journals.
func (c *cell) waiting(ctx context.Context, i *lab.Instance) (sum int, err error) {
	for _, w := range c.workers {
		n, failed := i.Redis().HLen(ctx, c.journal(w.Name)).Result()
		sum, err = sum+int(n), errors.Join(err, failed)
	}
	return sum, err
}

// audit records the events that the cell has. One that was tried again elsewhere may be in several cells.
func (c *cell) audit(ctx context.Context, i *lab.Instance) error {
	found := func(effect, hash string) error {
		events, err := i.Redis().HGetAll(ctx, hash).Result()
		for id, body := range events {
			e := part.Decode[event]([]byte(body))
			i.Effect(ctx, history.Event{Op: id, Name: effect, Key: e.Tenant, Value: c.name, N: e.Cents})
		}
		return err
	}
	err := found(stored, c.events)
	for _, w := range c.workers {
		err = errors.Join(err, found(pending, c.journal(w.Name)))
	}
	return err
}
