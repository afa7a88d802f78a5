package ratelimit

import (
	"context"
	"time"

	"github.com/failsafe-go/failsafe-go"
	"github.com/failsafe-go/failsafe-go/circuitbreaker"

	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	patience       = 50 * time.Millisecond  // for Redis: more than it takes while all is well, too little to mind
	failuresInARow = 3                      // after which Redis is not asked, or each request would wait in vain
	retryRedis     = 250 * time.Millisecond // after which one request tries again
)

// guard returns a limiter that never fails: where l fails, is late or is not worth trying, otherwise decides.
func guard(l limiter, otherwise func(tenant string) decision) limiter {
	breaker := failsafe.With(circuitbreaker.NewBuilder[decision]().
		WithFailureThreshold(failuresInARow).WithDelay(retryRedis).WithSuccessThreshold(1).Build())
	return func(ctx context.Context, tenant string) (decision, error) {
		d, err := breaker.Get(func() (decision, error) {
			// A deadline and no mere cancellation, which is all that failsafe's own timeout is: a read that
			// is under way in the Redis client heeds only a deadline.
			limited, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			return l(limited, tenant)
		})
		if err != nil {
			return otherwise(tenant), nil
		}
		return d, nil
	}
}

// failOpen lets everything pass: the API is worth more than the limit.
func failOpen(i *lab.Instance, key func(string) string) limiter {
	return guard(tokenBucket(i, key), func(string) decision { return decision{true, time.Now()} })
}

// failClosed lets nothing pass: what the limit protects is worth more than the API.
func failClosed(i *lab.Instance, key func(string) string) limiter {
	return guard(tokenBucket(i, key), func(string) decision { return decision{false, time.Now()} })
}

// failLocal goes by a log in memory with this instance's share of the limit. The limit holds while Redis is away.
// Where Redis comes and goes, a tenant may get all that both let pass: twice the limit bounds that.
func failLocal(i *lab.Instance, key func(string) string) limiter {
	return guard(tokenBucket(i, key), localLog(limit/instances))
}
