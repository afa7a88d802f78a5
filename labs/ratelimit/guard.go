package ratelimit

import (
	"context"
	"sync"
	"time"

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
	breaker   *breaker
}

func guard(l limiter, otherwise func(tenant string) bool) guarded {
	return guarded{l, otherwise, &breaker{}}
}

func (g guarded) allow(ctx context.Context, tenant string) (decision, error) {
	if g.breaker.ask(time.Now()) {
		limited, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		d, err := g.limiter.allow(limited, tenant)
		if err == nil {
			g.breaker.succeeded()
			return d, nil
		}
		g.breaker.failed()
	}
	at := time.Now()
	return decision{g.otherwise(tenant), at}, nil
}

// breaker says whether it is worth asking.
type breaker struct {
	mu       sync.Mutex
	failures int       // in a row
	next     time.Time // when one may ask again although there were too many
}

func (b *breaker) ask(now time.Time) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.failures < failuresInARow {
		return true
	}
	if now.Before(b.next) {
		return false
	}
	b.next = now.Add(retryRedis) // this one tries, and the others wait for what becomes of it
	return true
}

func (b *breaker) succeeded() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures = 0
}

func (b *breaker) failed() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.failures++
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
