package cells

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// attemptTime is how long the router waits for one worker. A dead one refuses at once; this is for one that hangs.
const attemptTime = 3 * time.Second

// candidates are the workers that may serve a tenant.
type candidates struct {
	workers []*lab.Process
	cells   []string      // of each
	turn    atomic.Uint32 // which is asked first
	tries   int           // how many are asked
}

func (f *fleet) candidates(h home, turn int) *candidates {
	c := &candidates{}
	c.turn.Store(uint32(turn))
	for _, name := range h.Cells {
		for _, w := range f.cells[name].workers {
			c.workers, c.cells = append(c.workers, w), append(c.cells, name)
		}
	}
	if c.tries = 1; f.failsOver {
		c.tries = len(c.workers)
	}
	return c
}

// route is the router, the thin layer before the cells: it knows where each tenant lives and nothing else, for whatever
// it does, it does to everybody. It reads the directory when it starts and never while it serves, so that requests go
// on where the control plane does not (static stability).
func (f *fleet) route(ctx context.Context, i *lab.Instance) error {
	known := map[string]*candidates{}
	err := f.directory.Each(ctx, i, func(h home) {
		known[h.Tenant] = f.candidates(h, len(known)) // so that not all begin with their first worker
	})
	if err != nil {
		return err
	}
	return part.Serve(ctx, i, map[string]part.Handler{
		takeEvent: func(ctx context.Context, r *part.Request) (any, error) {
			c, ok := known[r.PathValue("tenant")]
			if !ok {
				return nil, &part.Status{Code: http.StatusNotFound, Text: "no such tenant"}
			}
			if !f.remembers {
				h, _, err := f.directory.Get(ctx, i, r.PathValue("tenant"))
				if err != nil {
					return nil, fmt.Errorf("look up the tenant: %w", err)
				}
				c = f.candidates(h, int(c.turn.Add(1)))
			}
			return part.Accepted, c.ask(ctx, i, r)
		},
	})
}

// ask asks one worker after the other until one answers, and records how that went. Each request begins with the next
// worker.
func (c *candidates) ask(ctx context.Context, i *lab.Instance, r *part.Request) error {
	first := int(c.turn.Add(1))
	var errs []error
	for n := range c.tries {
		k := (first + n) % len(c.workers)
		limited, cancel := context.WithTimeout(ctx, attemptTime)
		err := part.Ask(limited, i, c.workers[k], r.Method+" "+r.URL.Path, r.Body, nil)
		cancel()
		if err == nil {
			i.Effect(ctx, history.Event{Name: served, Key: c.cells[k]})
			return nil
		}
		i.Effect(ctx, history.Event{Name: failed, Key: c.cells[k]})
		if errs = append(errs, err); ctx.Err() != nil {
			break
		}
	}
	// That the last one refused is no promise: one before it may have taken the event and died.
	return &part.Status{Code: http.StatusServiceUnavailable, Text: errors.Join(errs...).Error()}
}
