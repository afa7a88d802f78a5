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
	leaseLooks = 15                    // before a reader no longer hopes for that; longer than a load takes
)

// cacheLease is Memcache's answer at Facebook (Nishtala et al., NSDI 2013): a miss gives one reader, of all instances,
// the lease to load and fill; the others look again a little later. A write drops the entry and the lease, so that what
// was loaded before it can no longer be filled in. That settles both, the stampede and the race.
var cacheLease = lab.Design{
	Name:    "lease",
	Summary: "one reader of all loads and fills, under a lease that a write revokes",
	Build:   design{read: readLeased}.build,
}

var (
	// There may be an entry by now: a reader that looked just before it was filled gets no lease either.
	giveLease = redis.NewScript(`
if redis.call("EXISTS", KEYS[1]) == 0 and redis.call("SET", KEYS[2], ARGV[1], "NX", "PX", ARGV[2]) then return 1 end
return 0`)
	// The lease is gone if anybody wrote since it was given.
	putLeased = redis.NewScript(`
if redis.call("GET", KEYS[2]) ~= ARGV[5] then return 0 end
redis.call("DEL", KEYS[2])` + fill)
)

func readLeased(ctx context.Context, r *replica, id string) (product, error) {
	token := load.OperationOf(ctx)
	for range leaseLooks {
		p, err := r.cached(ctx, id)
		if err == nil {
			return p, nil
		}
		if !errors.Is(err, errMiss) {
			break
		}
		given, err := giveLease.Run(ctx, r.entries, r.entries.keys(id), token, leaseTime.Milliseconds()).Bool()
		if err != nil {
			break
		}
		if given {
			// What is under way may have begun before a write that revoked its lease.
			p, err := r.together(ctx, id, oneOfAll, true, nil)
			if err == nil {
				ctx, cancel := part.Lasting(ctx, redisPatience) // also where the reader has given up
				defer cancel()
				_ = r.entries.put(ctx, putLeased, id, p, token) // no error where the lease was revoked
			}
			return p, err
		}
		if err := r.i.Work(ctx, leaseWait); err != nil {
			return p, err
		}
	}
	// There is no cache, or the product is written again before any load of it ends, so that none is filled in.
	return r.together(ctx, id, oneAnInstance, true, nil)
}
