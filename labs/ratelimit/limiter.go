package ratelimit

import (
	"context"
	"errors"
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

// limiter decides whether a tenant's request may pass. Its errors mean that it can't tell.
type limiter interface {
	allow(ctx context.Context, tenant string) (decision, error)
}

// decision is what a limiter says, and when: by the clock of who decides, or what comes closest to it.
type decision struct {
	allowed bool
	at      time.Time
}

// maker makes the limiter of one instance of the API. What it keeps in memory, a crash loses.
type maker func(i *lab.Instance, keys func(string) string) limiter

// runScript runs a script that answers whether, and at which microsecond of Redis' clock.
func runScript(ctx context.Context, r *redis.Client, script *redis.Script, key string, args ...any) (decision, error) {
	said, err := script.Run(ctx, r, []string{key}, args...).Int64Slice()
	if err == nil && len(said) != 2 {
		err = errors.New("it answered something else")
	}
	if err != nil {
		return decision{}, fmt.Errorf("run limiter script: %w", err)
	}
	return decision{allowed: said[0] == 1, at: time.UnixMicro(said[1])}, nil
}
