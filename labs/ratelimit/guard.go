package ratelimit

import (
	"context"
	"errors"
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

// fallback decides in Redis' place.
type fallback func(tenant string) (decision, error)

// guard returns a limiter that goes by otherwise where l fails, is late or is not worth trying. A limiter is late
// after wait; 0 waits for as long as the client does. Without a breaker it is always worth trying.
func guard(l limiter, otherwise fallback, wait time.Duration, breaks bool) limiter {
	ask := func(ctx context.Context, tenant string) (decision, error) {
		if wait == 0 {
			return l(ctx, tenant)
		}
		// A deadline and no mere cancellation, which is all that failsafe's own timeout is: a read that
		// is under way in the Redis client heeds only a deadline.
		limited, cancel := context.WithTimeout(ctx, wait)
		defer cancel()
		return l(limited, tenant)
	}
	if breaks {
		unbroken := ask
		breaker := failsafe.With(circuitbreaker.NewBuilder[decision]().
			WithFailureThreshold(failuresInARow).WithDelay(retryRedis).WithSuccessThreshold(1).Build())
		ask = func(ctx context.Context, tenant string) (decision, error) {
			return breaker.Get(func() (decision, error) { return unbroken(ctx, tenant) })
		}
	}
	return func(ctx context.Context, tenant string) (decision, error) {
		d, err := ask(ctx, tenant)
		if err != nil {
			return otherwise(tenant)
		}
		return d, nil
	}
}

// guarded is token-bucket with a fallback for a Redis that does not answer in time. Each instance makes its own.
func guarded(b *lab.Builder, make func() fallback) maker {
	m, wait, breaks := tokenBucket(b), patience, b.Guarded(circuitBreaker)
	if !b.Guarded(timeOut) {
		wait = 0
	}
	if !b.Guarded(ownAnswer) {
		make = func() fallback {
			return func(string) (decision, error) { return decision{}, errors.New("redis does not answer") }
		}
	}
	return maker{m.algorithm, func(i *lab.Instance) limiter { return guard(m.limiter(i), make(), wait, breaks) }}
}

// always says the same.
func always(allowed bool) func() fallback {
	return func() fallback {
		return func(string) (decision, error) { return decision{allowed, time.Now()}, nil }
	}
}

// failOpen lets everything pass: the API is worth more than the limit.
func failOpen(b *lab.Builder) maker { return guarded(b, always(true)) }

// failClosed lets nothing pass: what the limit protects is worth more than the API.
func failClosed(b *lab.Builder) maker { return guarded(b, always(false)) }

// share is what each instance lets pass where none knows of the others.
const share = limit / instances

// failLocal goes by a log in memory with this instance's share of the limit. The limit holds while Redis is away.
// Where Redis comes and goes, a tenant may get all that both let pass: twice the limit bounds that.
func failLocal(b *lab.Builder) maker {
	most := limit
	if b.Guarded(localShare) {
		most = share
	}
	return guarded(b, func() fallback { return localLog(most) })
}
