package cache

import (
	"context"

	"github.com/crashlab/crashlab/pkg/lab"
)

// writeThrough has writes put the new value into the cache, where aside drops the old one, so that a
// write costs no miss. Whoever fills compares versions: two writes may reach the cache in the other
// order than the database, and a reader later than either.
type writeThrough struct{}

func (writeThrough) read(ctx context.Context, r *replica, id string) (entry, error) {
	if e, found := r.cached(ctx, id); found {
		return e, nil
	}
	return r.loadTogether(id, func(ctx context.Context, e entry) error {
		return r.entries.put(ctx, putNewer, id, e, "")
	}).wait(ctx)
}

func (writeThrough) write(ctx context.Context, r *replica, id, value string) error {
	e, err := r.store(ctx, id, value)
	if err != nil {
		return err
	}
	return r.entries.put(ctx, putNewer, id, e, "")
}

var cacheWriteThrough = lab.Design{
	Name:    "write-through",
	Summary: "a write fills the entry; a fill never replaces a newer version",
	Start:   start(writeThrough{}),
	Expect: map[string]lab.Statuses{
		"hot-expiry": {stampede: holds, loads: holds},
		"cache-dies": {stampede: holds, databaseLoad: holds, recovery: holds},
		"race":       {stampede: holds, staleness: holds},
	},
}
