package ratelimit

import (
	"context"
	_ "embed"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

//go:embed slidingwindow.lua
var slidingWindowSource string

var slidingWindowScript = redis.NewScript(slidingWindowSource)

// slidingWindow keeps a log of what passed for each tenant in Redis.
type slidingWindow struct {
	i    *lab.Instance
	keys func(string) string
}

func newSlidingWindow(i *lab.Instance, keys func(string) string) limiter {
	return slidingWindow{i, keys}
}

func (s slidingWindow) allow(ctx context.Context, tenant string) (decision, error) {
	return runScript(ctx, s.i.Redis(), slidingWindowScript, s.keys(tenant), limit, window.Microseconds())
}
