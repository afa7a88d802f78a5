package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	patience   = time.Second     // of a client
	flightTime = 3 * time.Second // for a load that nobody in particular waits for
)

// replica is one instance of the catalog, the HTTP service in front of cache and database.
type replica struct {
	design
	i        *lab.Instance
	seed     uint64
	database *lab.Process
	entries  entries
	life     context.Context // of the service
	flights  singleflight.Group
	begun    atomic.Int64   // flights
	ahead    sync.WaitGroup // loads that no reader waits for
}

// reader is a request for a product.
type reader struct {
	*replica
	id   string
	came int64 // flights that had begun by then
}

// catalog serves GET and PUT /products/{id}. A write goes to the database first: the other way round, a reader fills
// the cache with the old value between the two.
func (d design) catalog(env *lab.Env, database *lab.Process) lab.Service {
	return func(life context.Context, i *lab.Instance) error {
		r := &replica{design: d, i: i, seed: env.Seed, database: database, entries: d.entries(env, i), life: life}
		defer r.ahead.Wait()
		return part.Serve(life, i, map[string]part.Handler{
			"GET /products/{id}": func(ctx context.Context, q *part.Request) (any, error) {
				return d.read(ctx, reader{r, q.PathValue("id"), r.begun.Load()})
			},
			"PUT /products/{id}": func(ctx context.Context, q *part.Request) (any, error) {
				ctx, cancel := part.Lasting(ctx, patience)
				defer cancel()
				var p product
				if err := part.Ask(ctx, i, database, "PUT "+q.URL.Path, q.Body, &p); err != nil {
					return nil, err
				}
				return nil, r.entries.put(ctx, d.written, p.ID, p, "")
			},
		})
	}
}

// cached returns the entry. The error, which it puts on record, is errMiss or says that Redis does not answer.
func (r reader) cached(ctx context.Context) (product, error) {
	p, err := r.entries.get(ctx, r.id)
	if err != nil {
		r.i.Effect(ctx, history.Event{Name: missed, Key: r.id})
	}
	return p, err
}

// load returns the product for a reader to whom the cache said why it has none. A flight looks there once more, since
// it may begin just after another one has filled it, unless Redis does not answer.
func (r reader) load(ctx context.Context, why error) (product, error) {
	if errors.Is(why, errMiss) {
		return r.share(ctx, r.came, r.entries.get)
	}
	return r.share(ctx, r.came, nil)
}

// anyFlight is a number that no flight has: all came after it.
const anyFlight = -1

// share loads the product together with the other readers of the instance who want it. It first has a look, if any. A
// flight belongs to nobody: it goes on when its readers have given up.
func (r reader) share(ctx context.Context, after int64,
	look func(ctx context.Context, id string) (product, error)) (product, error) {
	if r.alone {
		return r.ask(ctx)
	}
	return r.join(r.id, after, func() (product, error) {
		ctx, cancel := context.WithTimeout(load.WithOperation(r.life, load.OperationOf(ctx)), flightTime)
		defer cancel()
		if look != nil {
			if p, err := look(ctx, r.id); err == nil {
				return p, nil
			}
		}
		return r.ask(ctx)
	})
}

// flight is a load that several readers share.
type flight struct {
	number int64
	product
}

// join returns the answer of the flight under way for that key, or of a new one. One that does not come after the given
// number may have read the database before a write that the reader has to see: the reader waits for it to end, and
// joins the next.
func (r *replica) join(key string, after int64, do func() (product, error)) (product, error) {
	fly := func() (any, error) {
		n := r.begun.Add(1)
		p, err := do()
		return flight{n, p}, err
	}
	f, err, _ := r.flights.Do(key, fly)
	if !r.joinsAny && f.(flight).number <= after {
		f, err, _ = r.flights.Do(key, fly)
	}
	return f.(flight).product, err
}

// ask asks the database for the product and fills the entry.
func (r reader) ask(ctx context.Context) (p product, err error) {
	began := r.i.Clock().Now()
	r.i.Effect(ctx, history.Event{Name: loading, Key: r.id})
	err = part.Ask(ctx, r.i, r.database, "GET /products/"+r.id, nil, &p)
	r.i.Effect(ctx, history.Event{Name: loaded, Key: r.id})
	p.Delta = r.i.Clock().Since(began).Milliseconds()
	if err == nil && r.fill != nil {
		_ = r.entries.put(ctx, r.fill, r.id, p, "") // where that fails the reader has what it came for all the same
	}
	return p, err
}
