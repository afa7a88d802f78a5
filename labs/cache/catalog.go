package cache

import (
	"context"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
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
	i        *lab.Instance
	seed     uint64
	database *lab.Process
	entries  entries
	life     context.Context // of the service
	flights  singleflight.Group
	under    sync.WaitGroup // way
}

// catalog serves GET and PUT /products/{id}.
func (d design) catalog(env *lab.Env, database *lab.Process) lab.Service {
	return func(life context.Context, i *lab.Instance) error {
		r := &replica{i: i, seed: env.Seed, database: database, entries: entriesOf(env, i), life: life}
		defer r.under.Wait()
		return part.Serve(life, i, map[string]part.Handler{
			"GET /products/{id}": func(ctx context.Context, q *part.Request) (any, error) {
				return d.read(ctx, r, q.PathValue("id"))
			},
			"PUT /products/{id}": func(ctx context.Context, q *part.Request) (any, error) {
				ctx, cancel := part.Lasting(ctx, patience)
				defer cancel()
				return nil, d.write(ctx, r, q.PathValue("id"), string(q.Body))
			},
		})
	}
}

// cached returns the entry, and puts on record where there is none. The error is errMiss, or says that Redis
// does not answer.
func (r *replica) cached(ctx context.Context, id string) (product, error) {
	p, err := r.entries.get(ctx, id)
	if err != nil {
		r.i.Effect(ctx, history.Event{Name: missed, Key: id})
	}
	return p, err
}

// load asks the database for the product; who says which readers do.
func (r *replica) load(ctx context.Context, id, who string) (p product, err error) {
	r.i.Effect(ctx, history.Event{Name: loading, Key: id, Value: who})
	defer r.i.Effect(ctx, history.Event{Name: loaded, Key: id})
	began := r.i.Clock().Now()
	err = part.Ask(ctx, r.i, r.database, "GET /products/"+id, nil, &p)
	p.Delta = r.i.Clock().Since(began).Milliseconds()
	return p, err
}

// loadAndFill loads the product and puts it into the cache.
func (r *replica) loadAndFill(ctx context.Context, id, who string, put *redis.Script) (product, error) {
	p, err := r.load(ctx, id, who)
	if err == nil {
		_ = r.entries.put(ctx, put, id, p, "") // where that fails the reader has what it came for all the same
	}
	return p, err
}

// flight is a load of a key, of which an instance has one under way at a time: readers that want the key
// meanwhile get the same answer. It belongs to nobody: it goes on when they have given up, so that its answer
// still reaches the cache.
type flight struct {
	landed  chan struct{}
	product product // after landed
	err     error
}

// fly has a reader join the flight of that key, which do begins where there is none. Fresh is for a reader
// that can't take the answer of a load from before it came: it waits for that to end, and joins the next.
func (r *replica) fly(reader context.Context, key string, fresh bool, do func(ctx context.Context) (product, error)) *flight {
	f, mine := &flight{landed: make(chan struct{})}, false
	begin := func() (any, error) {
		mine = true
		ctx, cancel := context.WithTimeout(load.WithOperation(r.life, load.OperationOf(reader)), flightTime)
		defer cancel()
		return do(ctx)
	}
	r.under.Go(func() {
		defer close(f.landed)
		p, err, _ := r.flights.Do(key, begin)
		if fresh && !mine {
			p, err, _ = r.flights.Do(key, begin)
		}
		f.product, f.err = p.(product), err
	})
	return f
}

// wait returns the flight's answer, or ctx's error where that ends first.
func (f *flight) wait(ctx context.Context) (product, error) {
	select {
	case <-f.landed:
		return f.product, f.err
	case <-ctx.Done():
		return product{}, ctx.Err()
	}
}
