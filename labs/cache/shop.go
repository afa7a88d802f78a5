package cache

import (
	"context"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	replicas = 2
	hot      = "front" // the product that most read
	offer    = "offer" // the product whose price is changed
	tail     = 198     // other products, which are the load's keys
	initial  = "as delivered"
)

// The effects that the shop records. Their key is the product.
const (
	missed      = "missed"      // by the catalog: a reader found no entry
	loading     = "loading"     // by the catalog: it asks the database
	loaded      = "loaded"      // by the catalog: the answer is there, or is not coming
	provisioned = "provisioned" // by the database: N queries at once
	queried     = "queried"     // by the database: it was asked for a product
	answered    = "answered"    // by the database: the query took N µs, its wait in line left out
	evicted     = "evicted"     // by Redis, where it is short of memory
	stored      = "stored"      // by the audit: the product is in the database in version N
)

// design is what the designs differ in.
type design struct {
	read     func(ctx context.Context, r reader) (product, error)
	fill     *redis.Script // what a load does to the entry; nil: nothing
	written  *redis.Script // what a write does to the entry
	alone    bool          // every reader loads for itself
	joinsAny bool          // a reader may join a load that began before it came
	jittered bool          // what is filled together does not expire together
}

// build declares the shop: products, a cache that has them all, the database, the catalog in front.
func (d design) build(b *lab.Builder) {
	d.alone = !b.Guarded(oneFlight) || !b.Guarded(fallbackFlight)
	d.joinsAny, d.jittered = !b.Guarded(freshFlight), b.Guarded(jitter)
	db, cache := newDatabase(b), d.entries(b.Env, b.Observer())
	b.Prepare("stock the shop", func(ctx context.Context, i *lab.Instance) error { return db.stock(ctx, i, cache) })
	catalogs := b.Services("catalog", replicas, d.catalog(b.Env, b.Service("database", db.serve)))
	switches(b, cache, db)
	b.Backlog(func(context.Context, *lab.Instance) (int, error) { return int(db.queries.Load()), nil })
	b.Client(func(ctx context.Context, op load.Op) (read string, err error) {
		to, path := catalogs[uint(op.Seq)%replicas], "/products/"+op.Key
		if !op.ReadOnly {
			return "", part.Ask(ctx, b.Observer(), to, "PUT "+path, []byte(op.Value), nil)
		}
		var p product
		err = part.Ask(ctx, b.Observer(), to, "GET "+path, nil, &p)
		if err == nil && !op.Canary && p.ID != op.Key {
			p.Value = "that of " + p.ID
		}
		return p.Value, err
	})
	b.Audit(func(ctx context.Context, i *lab.Instance) error {
		return db.products.Each(ctx, i, func(p product) {
			i.Effect(ctx, history.Event{Name: stored, Key: p.ID, Value: p.Value, N: int64(p.Version)})
		})
	})
}
