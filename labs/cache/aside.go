package cache

import (
	"context"

	"github.com/crashlab/crashlab/pkg/lab"
)

// aside is the cache that everybody begins with: on a miss load and fill, on a write drop the entry
// (AWS whitepaper "Database Caching Strategies Using Redis", cache-aside).
type aside struct{}

func (aside) read(ctx context.Context, r *replica, id string) (entry, error) {
	if e, found := r.cached(ctx, id); found {
		return e, nil
	}
	e, err := r.load(ctx, id)
	if err == nil {
		r.note(r.entries.put(ctx, putAlways, id, e, ""))
	}
	return e, err
}

func (aside) write(ctx context.Context, r *replica, id, value string) error {
	return r.storeAndDrop(ctx, id, value)
}

// storeAndDrop writes the database first: the other way round, a reader fills the cache with the old
// value between the two.
func (r *replica) storeAndDrop(ctx context.Context, id, value string) error {
	if _, err := r.store(ctx, id, value); err != nil {
		return err
	}
	return r.entries.drop(ctx, id)
}

var cacheAside = lab.Design{
	Name:    "aside",
	Summary: "on a miss every reader loads and fills; a write drops the entry",
	Broken:  true,
	Start:   start(aside{}),
	Expect: map[string]lab.Statuses{
		"hot-expiry": {stampede: violated, loads: holds, waits: violated},
		"cache-dies": {databaseLoad: violated, recovery: violated},
		"race":       {staleness: violated},
	},
}
