package ratelimit

import (
	"context"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	// patience is how long a guarded limiter waits for Redis: more than it takes while all is well, and
	// little enough that nobody minds.
	patience = 50 * time.Millisecond
	// After failuresInARow it no longer asks, and tries again every retryRedis: or each request would
	// wait for its patience to end.
	failuresInARow = 3
	retryRedis     = 250 * time.Millisecond
)

// guarded is a limiter that has decided beforehand what it does when Redis does not answer in time.
type guarded struct {
	limiter
	otherwise func(tenant string) bool
	breaker   failsafe.Executor[decision]
}

func guard(l limiter, otherwise func(tenant string) bool) guarded {
	breaker := circuitbreaker.NewBuilder[decision]().
		WithFailureThreshold(failuresInARow).
		WithDelay(retryRedis).
		WithSuccessThreshold(1). // one request tries, and the others go without until it is back
		Build()
	return guarded{l, otherwise, failsafe.With(breaker)}
}

// allow asks Redis, and goes without where that fails or is not worth trying. It never fails itself.
func (g guarded) allow(ctx context.Context, tenant string) (decision, error) {
	d, err := g.breaker.Get(func() (decision, error) {
		// A deadline and no mere cancellation, which is all that failsafe's own timeout is: a read that
		// is under way in the Redis client heeds only the former.
		limited, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		return g.limiter.allow(limited, tenant)
	})
	if err != nil {
		at := time.Now()
		return decision{g.otherwise(tenant), at}, nil
	}
	return d, nil
}

// failOpen lets everything pass: the API is worth more than the limit.
func failOpen(i *lab.Instance, keys func(string) string) limiter {
	return guard(newTokenBucket(i, keys), func(string) bool { return true })
}

// failClosed lets nothing pass: what the limit protects is worth more than the API.
func failClosed(i *lab.Instance, keys func(string) string) limiter {
	return guard(newTokenBucket(i, keys), func(string) bool { return false })
}

// failLocal goes by a bucket in memory with this instance's share of the limit. The limit is kept
// while Redis is away; where the two take turns, both may have a full bucket: burst more than the limit.
func failLocal(i *lab.Instance, keys func(string) string) limiter {
	local := &localBuckets{by: map[string]*bucket{}}
	return guard(newTokenBucket(i, keys), func(tenant string) bool { return local.take(tenant, time.Now()) })
}
