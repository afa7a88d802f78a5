package cache

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// cacheAside is the cache that everybody begins with: on a miss load and fill, on a write drop the entry (AWS
// whitepaper "Database Caching Strategies Using Redis", cache-aside). A load belongs to its reader: if the
// reader gives up, the answer is lost.
var cacheAside = lab.Design{
	Name:    "aside",
	Summary: "on a miss every reader loads and fills; a write drops the entry",
	Broken:  true,
	Build: design{write: storeAndDrop, read: func(ctx context.Context, r *replica, id string) (product, error) {
		if p, err := r.cached(ctx, id); err == nil {
			return p, nil
		}
		return r.loadAndFill(ctx, id, eachReader, putAlways)
	}}.build,
}

// asideSingleFlight is aside with one load of a key at a time in an instance. When the cache dies that is what
// saves the database: each key costs it an instance's one query at a time, and not one a reader. A reader can
// still fill the cache with what a write has overtaken.
var asideSingleFlight = lab.Design{
	Name:    "aside-singleflight",
	Summary: "as aside; an instance loads a key once at a time",
	Build:   design{write: storeAndDrop, read: readTogether(putAlways)}.build,
}

// cacheWriteThrough has writes put the new value into the cache, where aside drops the old one, so that a
// write costs no miss. Every fill compares versions: two writes may reach the cache in another order than the
// database, and a reader later than either.
var cacheWriteThrough = lab.Design{
	Name:    "write-through",
	Summary: "a write fills the entry; a fill never replaces a newer version",
	Build:   design{write: storeAndPut, read: readTogether(putNewer)}.build,
}

// readTogether is a read whose misses are loaded together and filled by that script.
func readTogether(put *redis.Script) func(ctx context.Context, r *replica, id string) (product, error) {
	return func(ctx context.Context, r *replica, id string) (product, error) {
		p, err := r.cached(ctx, id)
		if err != nil {
			return r.together(ctx, id, err, put).wait(ctx)
		}
		return p, nil
	}
}

// together has the product loaded once for all readers of the instance. Where Redis says that there is no
// entry, nobody has filled it since the load that is under way began. Where it does not answer a write may
// have, and the reader needs a load that begins now.
func (r *replica) together(ctx context.Context, id string, found error, put *redis.Script) *flight {
	fresh := found != nil && !errors.Is(found, errMiss)
	return r.fly(ctx, id, fresh, func(ctx context.Context) (product, error) { return r.loadAndFill(ctx, id, oneAnInstance, put) })
}

// storeAndDrop writes the database first: the other way round, a reader fills the cache with the old
// value between the two.
func storeAndDrop(ctx context.Context, r *replica, id, value string) error {
	if err := part.Ask(ctx, r.i, r.database, "PUT /products/"+id, []byte(value), nil); err != nil {
		return err
	}
	return r.entries.drop(ctx, id)
}

func storeAndPut(ctx context.Context, r *replica, id, value string) error {
	var p product
	if err := part.Ask(ctx, r.i, r.database, "PUT /products/"+id, []byte(value), &p); err != nil {
		return err
	}
	return r.entries.put(ctx, putNewer, id, p, "")
}
