package cache

import (
	"context"

	"github.com/crashlab/crashlab/pkg/lab"
)

// singleFlight is aside with one load of a key at a time in an instance. When the cache dies that is
// what saves the database: each key costs it an instance's one query at a time, and not one a reader.
// A reader can still fill the cache with what a write has overtaken.
type singleFlight struct{ aside }

func (singleFlight) read(ctx context.Context, r *replica, id string) (entry, error) {
	if e, found := r.cached(ctx, id); found {
		return e, nil
	}
	return r.loadTogether(id, func(ctx context.Context, e entry) error {
		return r.entries.put(ctx, putAlways, id, e, "")
	}).wait(ctx)
}

var asideSingleFlight = lab.Design{
	Name:    "aside-singleflight",
	Summary: "as aside; an instance loads a key once at a time",
	Start:   start(singleFlight{}),
	Expect: map[string]lab.Statuses{
		"hot-expiry": {stampede: holds, loads: holds},
		"cache-dies": {stampede: holds, databaseLoad: holds, recovery: holds},
		"race":       {stampede: holds, staleness: violated},
	},
}
