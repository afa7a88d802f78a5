package cache

import (
	"context"

	"github.com/crashlab/crashlab/pkg/lab"
)

// asideSingleFlight loads and fills on a miss, and drops the entry on a write (AWS whitepaper "Database Caching
// Strategies Using Redis", cache-aside), with what that takes: single flight, and versions that outlive the entry.
var asideSingleFlight = lab.Design{
	Name:    "aside-singleflight",
	Summary: "an instance loads a product once at a time and fills by version; a write drops the entry",
	Guards:  []lab.Guard{oneFlight, freshFlight, versions, jitter},
	Build: func(b *lab.Builder) {
		d := design{read: readThrough, fill: fillNewer, written: dropOlder}
		if !b.Guarded(versions) {
			d.fill, d.written = fillAlways, dropAlways
		}
		d.build(b)
	},
}

// cacheAside is the cache that everybody begins with. A reader that gives up loses what it loads.
var cacheAside = asideSingleFlight.Less(lab.Design{
	Name: "aside", Broken: true,
	Summary: "on a miss every reader loads and fills; a write drops the entry",
}, oneFlight, freshFlight, versions, jitter)

// cacheWriteThrough has a write put the new value into the cache, so that it costs no miss. Two writes may reach the
// cache in another order than the database, and a reader later than either.
var cacheWriteThrough = lab.Design{
	Name:    "write-through",
	Summary: "a write fills the entry; a fill never replaces a newer version",
	Guards:  []lab.Guard{oneFlight, versions, jitter},
	Build: func(b *lab.Builder) {
		d := design{read: readThrough, fill: fillNewer, written: fillNewer}
		if !b.Guarded(versions) {
			d.fill, d.written = fillAlways, fillAlways
		}
		d.build(b)
	},
}

func readThrough(ctx context.Context, r reader) (product, error) {
	p, err := r.cached(ctx)
	if err == nil {
		return p, nil
	}
	return r.load(ctx, err)
}
