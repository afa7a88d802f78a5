package ratelimit

import (
	"context"
	_ "embed"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

// A bucket lets burst + rate·t through in a time t, so that the two together make up the limit: with
// burst = limit, as is often seen, it would be twice that in a window.
const (
	burst = limit / 2
	rate  = float64(limit-burst) / float64(window/time.Microsecond) // tokens a microsecond
)

//go:embed tokenbucket.lua
var tokenBucketSource string

var tokenBucketScript = redis.NewScript(tokenBucketSource)

// tokenBucket keeps one bucket a tenant in Redis, shared by all instances. The script reads, counts
// and writes in one step, where a client's GET and SET would let others in between.
type tokenBucket struct {
	i    *lab.Instance
	keys func(string) string
}

func newTokenBucket(i *lab.Instance, keys func(string) string) limiter { return tokenBucket{i, keys} }

func (b tokenBucket) allow(ctx context.Context, tenant string) (decision, error) {
	return runScript(ctx, b.i.Redis(), tokenBucketScript, b.keys(tenant), burst, rate)
}

// localBuckets is a token bucket in the instance's own memory, with an instance's share of the limit.
type localBuckets struct {
	mu sync.Mutex
	by map[string]*bucket
}

type bucket struct {
	tokens float64
	at     time.Time
}

// take takes a token from the tenant's bucket if there is one.
func (l *localBuckets) take(tenant string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	const full = float64(burst) / instances
	b := l.by[tenant]
	if b == nil {
		b = &bucket{full, now}
		l.by[tenant] = b
	}
	gained := float64(now.Sub(b.at).Microseconds()) * rate / instances
	b.tokens, b.at = min(full, b.tokens+max(0, gained)), now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
