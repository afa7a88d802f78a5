package cache

import (
	"context"
	"errors"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

// cacheAside is the cache that everybody begins with: on a miss load and fill, on a write drop the entry (AWS
// whitepaper "Database Caching Strategies Using Redis", cache-aside). A reader that gives up loses what it loads.
var cacheAside = lab.Design{
	Name:    "aside",
	Summary: "on a miss every reader loads and fills; a write drops the entry",
	Broken:  true,
	Build: design{read: func(ctx context.Context, r *replica, id string) (product, error) {
		if p, err := r.cached(ctx, id); err == nil {
			return p, nil
		}
		return r.load(ctx, id, eachReader, putAlways)
	}}.build,
}

// asideSingleFlight is aside with one load of a key at a time in an instance, which saves the database when the cache
// dies. A reader can still fill the cache with what a write has overtaken.
var asideSingleFlight = lab.Design{
	Name:    "aside-singleflight",
	Summary: "as aside; an instance loads a key once at a time",
	Build:   design{read: readTogether(putAlways)}.build,
}

// cacheWriteThrough has a write put the new value into the cache, so that it costs no miss. Every fill compares
// versions: two writes may reach the cache in another order than the database, and a reader later than either.
var cacheWriteThrough = lab.Design{
	Name:    "write-through",
	Summary: "a write fills the entry; a fill never replaces a newer version",
	Build:   design{written: putNewer, read: readTogether(putNewer)}.build,
}

// readTogether is a read whose misses are loaded together and filled by that script.
func readTogether(put *redis.Script) func(ctx context.Context, r *replica, id string) (product, error) {
	return func(ctx context.Context, r *replica, id string) (product, error) {
		p, err := r.cached(ctx, id)
		if err != nil {
			return r.together(ctx, id, oneAnInstance, !errors.Is(err, errMiss), put)
		}
		return p, nil
	}
}
