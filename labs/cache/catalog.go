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
	ahead    sync.WaitGroup // loads that no reader waits for
}

// catalog serves GET and PUT /products/{id}. A write goes to the database first: the other way round, a reader fills
// the cache with the old value between the two.
func (d design) catalog(env *lab.Env, database *lab.Process) lab.Service {
	return func(life context.Context, i *lab.Instance) error {
		r := &replica{i: i, seed: env.Seed, database: database, entries: entriesOf(env, i), life: life}
		defer r.ahead.Wait()
		return part.Serve(life, i, map[string]part.Handler{
			"GET /products/{id}": func(ctx context.Context, q *part.Request) (any, error) {
				return d.read(ctx, r, q.PathValue("id"))
			},
			"PUT /products/{id}": func(ctx context.Context, q *part.Request) (any, error) {
				ctx, cancel := part.Lasting(ctx, patience)
				defer cancel()
				p := product{ID: q.PathValue("id")}
				if err := part.Ask(ctx, i, database, "PUT "+q.URL.Path, q.Body, &p); err != nil {
					return nil, err
				}
				if d.written == nil {
					return nil, r.entries.drop(ctx, p.ID)
				}
				return nil, r.entries.put(ctx, d.written, p.ID, p, "")
			},
		})
	}
}

// cached returns the entry. The error, which it puts on record, is errMiss or says that Redis does not answer.
func (r *replica) cached(ctx context.Context, id string) (product, error) {
	p, err := r.entries.get(ctx, id)
	if err != nil {
		r.i.Effect(ctx, history.Event{Name: missed, Key: id})
	}
	return p, err
}

// load asks the database for the product and fills the entry by that script, if any; who says which readers load.
func (r *replica) load(ctx context.Context, id, who string, put *redis.Script) (p product, err error) {
	began := r.i.Clock().Now()
	r.i.Effect(ctx, history.Event{Name: loading, Key: id, Value: who})
	err = part.Ask(ctx, r.i, r.database, "GET /products/"+id, nil, &p)
	r.i.Effect(ctx, history.Event{Name: loaded, Key: id})
	p.Delta = r.i.Clock().Since(began).Milliseconds()
	if err == nil && put != nil {
		_ = r.entries.put(ctx, put, id, p, "") // where that fails the reader has what it came for all the same
	}
	return p, err
}

// together returns the answer of the load of that product that is under way in the instance, or of a new one. A load
// belongs to nobody: it goes on when its readers have given up, so that its answer still reaches the cache. Where Redis
// says that there is no entry, none was filled since the load under way began. Where it does not answer a write may
// have, and a reader needs a fresh load: it waits for the one under way to end, and joins the next.
func (r *replica) together(ctx context.Context, id, who string, fresh bool, put *redis.Script) (product, error) {
	return r.fly(id, fresh, func() (product, error) {
		ctx, cancel := context.WithTimeout(load.WithOperation(r.life, load.OperationOf(ctx)), flightTime)
		defer cancel()
		return r.load(ctx, id, who, put)
	})
}

// fly does what do does for all who come with that key meanwhile.
func (r *replica) fly(key string, fresh bool, do func() (product, error)) (product, error) {
	mine := false
	begin := func() (any, error) {
		mine = true
		return do()
	}
	p, err, _ := r.flights.Do(key, begin)
	if fresh && !mine {
		p, err, _ = r.flights.Do(key, begin)
	}
	return p.(product), err
}
