package cache

import (
	"context"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	replicas = 2
	hot      = "front" // the product that most read
	offer    = "offer" // the product whose price is changed
	initial  = "as delivered"
)

// names are the products: these, and those that the load knows as its keys.
var names = []string{hot, offer, "k0", "k1", "k2", "k3", "k4", "k5", "k6", "k7"}

// The effects that the shop records. Their key is the product.
const (
	missed  = "missed"  // by the catalog: a reader found no entry
	loading = "loading" // by the catalog: it asks the database; the value says who loads
	loaded  = "loaded"  // by the catalog: the answer is there, or is not coming
	queried = "queried" // by the database: it was asked for a product

	// Who loads what is not cached.
	eachReader    = "each reader"
	oneAnInstance = "one reader an instance"
	oneOfAll      = "one reader of all"
)

// design is what the designs differ in.
type design struct {
	read    func(ctx context.Context, r *replica, id string) (product, error)
	written *redis.Script // fills the entry of a product that was written; nil: the entry is dropped
}

// build declares the shop: products, a cache that has them all, the database, the catalog in front.
func (d design) build(b *lab.Builder) {
	db, cache := newDatabase(b), entriesOf(b.Env, b.Observer())
	b.Prepare("stock the shop", func(ctx context.Context, i *lab.Instance) error { return db.stock(ctx, i, cache) })
	catalogs := b.Services("catalog", replicas, d.catalog(b.Env, b.Service("database", db.serve)))
	switches(b, cache)
	b.Backlog(func(context.Context, *lab.Instance) (int, error) { return int(db.queries.Load()), nil })
	b.Client(func(ctx context.Context, op load.Op) (read string, err error) {
		to, path := catalogs[uint(op.Seq)%replicas], "/products/"+op.Key
		if !op.ReadOnly {
			return "", part.Ask(ctx, b.Observer(), to, "PUT "+path, []byte(op.Value), nil)
		}
		var p product
		err = part.Ask(ctx, b.Observer(), to, "GET "+path, nil, &p)
		return p.Value, err
	})
}
