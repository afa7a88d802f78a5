package ratelimit

import (
	"context"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

// localOnly goes by a log in the instance's own memory: exact, fast, dependent on nothing, and blind to the
// requests that other instances got. N instances let N times the limit through.
var localOnly = maker{"each instance's own", func(*lab.Instance) limiter {
	decide := localLog(limit)
	return func(_ context.Context, tenant string) (decision, error) { return decide(tenant) }
}}

// localLog is a sliding log in memory of what passed for each tenant: at most most requests in any window.
func localLog(most int) fallback {
	var mu sync.Mutex
	passed := map[string][]time.Time{}
	return func(tenant string) (decision, error) {
		mu.Lock()
		defer mu.Unlock()
		now, log := time.Now(), passed[tenant]
		for len(log) > 0 && now.Sub(log[0]) >= window {
			log = log[1:]
		}
		allowed := len(log) < most
		if allowed {
			log = append(log, now)
		}
		passed[tenant] = log
		return decision{allowed, now}, nil
	}
}
