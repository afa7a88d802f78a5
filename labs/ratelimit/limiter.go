package ratelimit

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

// The limit: at most limit requests of one tenant in any stretch of time of length window.
const (
	limit  = 6
	window = 600 * time.Millisecond
)

// windowOf returns when the window of the clock began in which t lies.
func windowOf(t time.Time) time.Time { return t.Truncate(window) }

// limiter decides whether a request of a tenant may pass. An error means that it can't tell.
type limiter func(ctx context.Context, tenant string) (decision, error)

// decision is what a limiter says, and the instant that it says it of: by Redis' clock where it went by that,
// else by the true one.
type decision struct {
	allowed bool
	at      time.Time
}

// maker makes the limiter of one instance of the API. What the instances share is in Redis, under names that
// key makes. What a limiter keeps in memory is lost in a crash.
type maker func(i *lab.Instance, key func(string) string) limiter

// fixedWindow counts requests by the windows of the clock: one counter each, which expires (Redis documentation,
// INCR, "Pattern: Rate limiter"). Two counters meet at an edge, and neither knows of the other. And the windows are
// those of each instance's own clock: an instance whose clock is off has a counter to itself.
func fixedWindow(i *lab.Instance, key func(string) string) limiter {
	return func(ctx context.Context, tenant string) (decision, error) {
		at, own := time.Now(), i.Clock().Now()
		counter := key(fmt.Sprintf("%s:%d", tenant, windowOf(own).UnixMilli()))
		pipe := i.Redis().Pipeline()
		count := pipe.Incr(ctx, counter)
		pipe.Expire(ctx, counter, time.Minute)
		if _, err := pipe.Exec(ctx); err != nil {
			return decision{}, fmt.Errorf("count: %w", err)
		}
		return decision{allowed: count.Val() <= limit, at: at}, nil
	}
}

// A bucket lets burst + rate·t through in a time t. The two together make up the limit: with burst = limit and
// rate = limit ÷ window, as is often seen, twice the limit would pass in a window.
const (
	burst = limit / 2
	rate  = float64(limit-burst) / float64(window/time.Microsecond) // tokens a microsecond
)

var (
	//go:embed tokenbucket.lua
	tokenBucketSource string
	//go:embed slidingwindow.lua
	slidingWindowSource string

	tokenBucketScript   = redis.NewScript(tokenBucketSource)
	slidingWindowScript = redis.NewScript(slidingWindowSource)
)

// tokenBucket keeps one bucket a tenant.
func tokenBucket(i *lab.Instance, key func(string) string) limiter {
	return scripted(i.Redis(), tokenBucketScript, key, burst, rate)
}

// slidingWindow keeps a log of what passed for each tenant.
func slidingWindow(i *lab.Instance, key func(string) string) limiter {
	return scripted(i.Redis(), slidingWindowScript, key, limit, window.Microseconds())
}

// scripted is a limiter that Redis runs: a script reads, decides and writes in one step, where a client's GET and SET
// would let others in between. It answers whether the request passes, and the microsecond of Redis' clock.
func scripted(r *redis.Client, script *redis.Script, key func(string) string, args ...any) limiter {
	return func(ctx context.Context, tenant string) (decision, error) {
		said, err := script.Run(ctx, r, []string{key(tenant)}, args...).Int64Slice()
		if err != nil {
			return decision{}, fmt.Errorf("run limiter script: %w", err)
		}
		return decision{allowed: said[0] == 1, at: time.UnixMicro(said[1])}, nil
	}
}
