package cache

import (
	"context"
	"time"

	"github.com/google/uuid"

	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	leaseTime = 3 * time.Second       // past it the holder counts as dead
	leaseWait = 25 * time.Millisecond // between two looks for what the holder fills in
)

// leased is Memcache's answer at Facebook (Nishtala et al., NSDI 2013): a miss gives one reader, of
// all instances, the lease to load and fill; the others look again a little later. A write drops the
// entry and the lease, so that what was loaded before it can no longer be filled in. That settles
// both, the stampede and the race.
type leased struct{ aside }

func (l leased) read(ctx context.Context, r *replica, id string) (entry, error) {
	token := uuid.NewString()
	for {
		e, found := r.cached(ctx, id)
		if found {
			return e, nil
		}
		mine, err := r.entries.takeLease(ctx, id, token)
		if err != nil {
			break
		}
		if mine {
			return l.loadAs(ctx, r, id, token)
		}
		if err := r.i.Work(ctx, leaseWait); err != nil {
			return entry{}, err
		}
	}
	// There is no cache. To join a load that others have begun may miss a write that ended since,
	// which is the price of sparing a database that has lost its cache.
	return r.loadTogether(id, func(context.Context, entry) error { return nil }).wait(ctx)
}

// loadAs loads as the lease's holder, to the end even if whoever asked is gone.
func (leased) loadAs(ctx context.Context, r *replica, id, token string) (entry, error) {
	return r.flights.join(token, func() (entry, error) {
		ctx, cancel := context.WithTimeout(r.life, flightTime)
		defer cancel()
		e, err := r.load(ctx, id)
		if err == nil {
			r.note(r.entries.put(ctx, putLeased, id, e, token))
		}
		return e, err
	}).wait(ctx)
}

var cacheLease = lab.Design{
	Name:    "lease",
	Summary: "one reader of all loads and fills, under a lease that a write revokes",
	Start:   start(leased{}),
	Expect: map[string]lab.Statuses{
		"hot-expiry": {stampede: holds, loads: holds},
		"cache-dies": {databaseLoad: holds, recovery: holds},
		"race":       {staleness: holds},
	},
}
