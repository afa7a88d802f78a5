package ratelimit

import (
	"context"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

// localLog is a sliding log in the instance's own memory: exact, fast, needs nobody, and knows only
// the requests that came this way. N instances let N times the limit through.
type localLog struct {
	i  *lab.Instance
	mu sync.Mutex
	by map[string][]time.Time // the requests let through, by tenant
}

func newLocalLog(i *lab.Instance, _ func(string) string) limiter {
	return &localLog{i: i, by: map[string][]time.Time{}}
}

func (l *localLog) allow(_ context.Context, tenant string) (decision, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, now := time.Now(), l.i.Clock().Now()
	log := l.by[tenant]
	for len(log) > 0 && now.Sub(log[0]) >= window {
		log = log[1:]
	}
	allowed := len(log) < limit
	if allowed {
		log = append(log, now)
	}
	l.by[tenant] = log
	return decision{allowed, at}, nil
}
