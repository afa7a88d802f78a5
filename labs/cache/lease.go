package cache

import (
	"context"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	leaseTime  = 3 * time.Second       // past it the holder counts as dead
	leaseWait  = 25 * time.Millisecond // between two looks for what the holder fills in
	leaseLooks = 16                    // before a reader no longer hopes for that; longer than a load takes
)

// cacheLease is Memcache's answer at Facebook (Nishtala et al., NSDI 2013): a miss gives one reader, of all instances,
// the lease to load and fill; the others look again a little later. A write drops the entry and the lease, so that what
// was loaded before it can no longer be filled in. That settles both, the stampede and the race.
var cacheLease = lab.Design{
	Name:    "lease",
	Summary: "one reader of all loads and fills, under a lease that a write revokes",
	Guards:  []lab.Guard{leases, revoke, fallbackFlight, jitter},
	Build: func(b *lab.Builder) {
		d := design{read: readLeased, written: dropLeased}
		if !b.Guarded(leases) {
			d.read, d.fill = readThrough, fillAlways
		}
		if !b.Guarded(revoke) {
			d.written = dropAlways
		}
		d.build(b)
	},
}

var (
	// There may be an entry by now: a reader that looked just before it was filled gets no lease either.
	giveLease = redis.NewScript(`
if redis.call("EXISTS", KEYS[1]) == 0 and redis.call("SET", KEYS[2], ARGV[1], "NX", "PX", ARGV[2]) then return 1 end
return 0`)
	// The lease is gone if anybody wrote since it was given.
	fillLeased = redis.NewScript(`
if redis.call("GET", KEYS[2]) ~= ARGV[6] then return 0 end
redis.call("DEL", KEYS[2])` + fill)
	dropLeased = redis.NewScript(`
return redis.call("DEL", KEYS[1], KEYS[2])`)
)

func readLeased(ctx context.Context, r reader) (product, error) {
	token := load.OperationOf(ctx)
	for range leaseLooks {
		p, err := r.cached(ctx)
		if err == nil {
			return p, nil
		}
		if !errors.Is(err, errMiss) {
			return r.load(ctx, err)
		}
		given, err := giveLease.Run(ctx, r.entries, r.entries.keys(r.id), token, leaseTime.Milliseconds()).Bool()
		if err != nil {
			return r.load(ctx, err)
		}
		if given {
			return r.loadLeased(ctx, token)
		}
		if err := r.i.Work(ctx, leaseWait); err != nil {
			return p, err
		}
	}
	// The product is written again before any load of it ends, so that none is filled in.
	return r.load(ctx, errMiss)
}

// loadLeased loads for the holder of a lease. What is under way may have begun before a write that took away the lease
// before this one.
func (r reader) loadLeased(ctx context.Context, token string) (product, error) {
	p, err := r.share(ctx, r.begun.Load(), nil)
	if err == nil {
		ctx, cancel := part.Lasting(ctx, redisPatience) // also where the reader has given up
		defer cancel()
		_ = r.entries.put(ctx, fillLeased, r.id, p, token) // no error where the lease was taken away
	}
	return p, err
}
