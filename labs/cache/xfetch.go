package cache

import (
	"context"

	"github.com/crashlab/crashlab/pkg/lab"
)

// beta above 1 begins earlier than the paper's optimum, which lets a reader wait now and then: here
// that would be counted.
const beta = 2

// earlyFetch is aside-singleflight whose readers now and then recompute an entry before it expires,
// the likelier the nearer that is, while everybody goes on reading the old one. Nobody waits.
type earlyFetch struct{ singleFlight }

func (x earlyFetch) read(ctx context.Context, r *replica, id string) (entry, error) {
	e, found := r.cached(ctx, id)
	if !found {
		return x.load(r, id).wait(ctx)
	}
	if early(r.i.Clock().Now(), e.expiry, e.delta, beta, 1-r.draw()) {
		x.load(r, id)
	}
	return e, nil
}

func (earlyFetch) load(r *replica, id string) *flight {
	return r.loadTogether(id, func(ctx context.Context, e entry) error {
		return r.entries.put(ctx, putAlways, id, e, "")
	})
}

var cacheXFetch = lab.Design{
	Name:    "xfetch",
	Summary: "as aside-singleflight; readers recompute an entry by chance before it expires",
	Start:   start(earlyFetch{}),
	Expect: map[string]lab.Statuses{
		"hot-expiry": {stampede: holds, loads: holds, waits: holds},
		"cache-dies": {stampede: holds, databaseLoad: holds, recovery: holds},
		"race":       {stampede: holds, staleness: violated},
	},
}
