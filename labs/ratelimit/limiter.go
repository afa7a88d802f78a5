package ratelimit

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

// The limit: at most limit requests of one tenant in any stretch of time of length window.
const (
	limit  = 12
	window = 500 * time.Millisecond
)

// windowOf returns when the window of the clock began in which t lies.
func windowOf(t time.Time) time.Time { return t.Truncate(window) }

// limiter decides whether a request of a tenant may pass. An error means that it can't tell.
type limiter func(ctx context.Context, tenant string) (decision, error)

// decision is what a limiter says, and the true instant that it says it of: Redis' where a script decided.
type decision struct {
	allowed bool
	at      time.Time
}

// maker makes the limiter of one instance of the API. What a limiter keeps in memory is lost in a crash.
type maker struct {
	algorithm string // how it counts
	limiter   func(i *lab.Instance) limiter
}

// A bucket lets burst + rate·t through in a time t, and less than limit + 1 in less than a window. With burst = limit
// and rate = limit ÷ window, as is often seen, it would be twice the limit. Each token more of burst costs the rate
// one a window: this one serves a tenant that sends evenly at 92 % of the limit, and two requests at once.
const (
	burst = 2
	rate  = float64(limit-burst+1) / float64(window/time.Microsecond) // tokens a microsecond
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
func tokenBucket(b *lab.Builder) maker {
	inRedis := inRedis(b, tokenBucketScript, bucketInSteps, burst, rate)
	if !b.Guarded(sharedCount) {
		return localOnly
	}
	return maker{"token bucket", inRedis}
}

// slidingWindow keeps a log of what passed for each tenant.
func slidingWindow(b *lab.Builder) maker {
	inRedis := inRedis(b, slidingWindowScript, logInSteps, limit, window.Microseconds())
	anyWindow := b.Guarded(anyWindow)
	switch {
	case !b.Guarded(sharedCount):
		return localOnly
	case !anyWindow:
		return maker{"fixed window", fixedWindow(b)}
	}
	return maker{"sliding window", inRedis}
}

// inRedis is a limiter that Redis runs, by its clock: a script reads, decides and writes in one step. Without that
// guard it is inSteps, and others get in between.
func inRedis(b *lab.Builder, script *redis.Script, inSteps steps, args ...any) func(*lab.Instance) limiter {
	oneScript, redisClock := b.Guarded(oneScript), b.Guarded(redisClock)
	return func(i *lab.Instance) limiter {
		if !oneScript {
			return inSteps.limiter(i.Redis(), clockOf(i, redisClock), b.Name)
		}
		own := func() time.Time { return i.Clock().Now() }
		if redisClock {
			own = nil
		}
		return scripted(i.Redis(), script, own, b.Name, args...)
	}
}

// scripted is a limiter that is a script. It answers whether the request passes, and the microsecond of Redis' clock.
// It goes by that clock if own is nil.
func scripted(r *redis.Client, script *redis.Script, own func() time.Time, key func(string) string,
	args ...any) limiter {
	return func(ctx context.Context, tenant string) (decision, error) {
		args := args
		if own != nil {
			args = append(args[:len(args):len(args)], own().UnixMicro())
		}
		said, err := script.Run(ctx, r, []string{key(tenant)}, args...).Int64Slice()
		if err != nil {
			return decision{}, fmt.Errorf("run limiter script: %w", err)
		}
		return decision{allowed: said[0] == 1, at: time.UnixMicro(said[1])}, nil
	}
}

// clock tells the time.
type clock func(ctx context.Context) (time.Time, error)

// clockOf returns Redis' clock, or the instance's own.
func clockOf(i *lab.Instance, redisClock bool) clock {
	if redisClock {
		return func(ctx context.Context) (time.Time, error) { return i.Redis().Time(ctx).Result() }
	}
	return func(context.Context) (time.Time, error) { return i.Clock().Now(), nil }
}

// fixedWindow counts requests by the windows of the clock: one counter each, which expires (Redis documentation,
// INCR, "Pattern: Rate limiter"). Two counters meet at an edge, and neither knows of the other. Where the clock is
// the instance's own, one whose clock is off has a counter to itself.
func fixedWindow(b *lab.Builder) func(i *lab.Instance) limiter {
	redisClock := b.Guarded(redisClock)
	return func(i *lab.Instance) limiter {
		clock := clockOf(i, redisClock)
		return func(ctx context.Context, tenant string) (decision, error) {
			at := time.Now()
			now, err := clock(ctx)
			if err != nil {
				return decision{}, fmt.Errorf("ask for the time: %w", err)
			}
			counter := b.Name(fmt.Sprintf("%s:%d", tenant, windowOf(now).UnixMilli()))
			pipe := i.Redis().Pipeline()
			count := pipe.Incr(ctx, counter)
			pipe.Expire(ctx, counter, time.Minute)
			if _, err := pipe.Exec(ctx); err != nil {
				return decision{}, fmt.Errorf("count: %w", err)
			}
			return decision{allowed: count.Val() <= limit, at: at}, nil
		}
	}
}

// steps decides as a script does at a microsecond, but reads first and writes later.
type steps func(ctx context.Context, r *redis.Client, key string, now int64) (allowed bool, err error)

func (s steps) limiter(r *redis.Client, clock clock, key func(string) string) limiter {
	return func(ctx context.Context, tenant string) (decision, error) {
		now, err := clock(ctx)
		if err != nil {
			return decision{}, fmt.Errorf("ask for the time: %w", err)
		}
		allowed, err := s(ctx, r, key(tenant), now.UnixMicro())
		return decision{allowed, time.Now()}, err
	}
}

func bucketInSteps(ctx context.Context, r *redis.Client, key string, now int64) (bool, error) {
	state, err := r.HGetAll(ctx, key).Result()
	if err != nil {
		return false, fmt.Errorf("read bucket: %w", err)
	}
	tokens := float64(burst)
	if state["at"] != "" {
		had, bad := strconv.ParseFloat(state["tokens"], 64)
		at, wrong := strconv.ParseInt(state["at"], 10, 64)
		if err := errors.Join(bad, wrong); err != nil {
			return false, fmt.Errorf("read bucket: %w", err)
		}
		tokens = min(burst, had+float64(max(0, now-at))*rate)
	}
	if tokens < 1 {
		return false, nil
	}
	return true, r.HSet(ctx, key, "tokens", tokens-1, "at", now).Err()
}

func logInSteps(ctx context.Context, r *redis.Client, key string, now int64) (bool, error) {
	pipe := r.Pipeline()
	pipe.ZRemRangeByScore(ctx, key, "-inf", strconv.FormatInt(now-window.Microseconds(), 10))
	count := pipe.ZCard(ctx, key)
	if _, err := pipe.Exec(ctx); err != nil {
		return false, fmt.Errorf("read log: %w", err)
	}
	if count.Val() >= limit {
		return false, nil
	}
	entry := redis.Z{Score: float64(now), Member: fmt.Sprintf("%d-%d", now, count.Val())}
	return true, r.ZAdd(ctx, key, entry).Err()
}
