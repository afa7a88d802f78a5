package ratelimit

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

// fixedWindow counts requests by the clock's windows: one counter each, which expires (Redis
// documentation, INCR, "Pattern: Rate limiter"). Two counters meet at an edge, and neither knows of
// the other: limit requests before it and limit after it are twice the limit in as little time as one
// likes. And the windows are those of each instance's own clock: an instance whose clock is off counts
// in a window by itself.
type fixedWindow struct {
	i    *lab.Instance
	keys func(string) string
}

func newFixedWindow(i *lab.Instance, keys func(string) string) limiter { return fixedWindow{i, keys} }

func (f fixedWindow) allow(ctx context.Context, tenant string) (decision, error) {
	at := time.Now()
	key := f.keys(fmt.Sprintf("%s:%d", tenant, f.i.Clock().Now().UnixMicro()/window.Microseconds()))
	var count *redis.IntCmd
	_, err := f.i.Redis().Pipelined(ctx, func(p redis.Pipeliner) error {
		count = p.Incr(ctx, key)
		p.Expire(ctx, key, time.Minute)
		return nil
	})
	if err != nil {
		return decision{}, fmt.Errorf("count: %w", err)
	}
	return decision{allowed: count.Val() <= limit, at: at}, nil
}
