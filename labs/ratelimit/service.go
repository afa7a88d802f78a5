package ratelimit

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	instances = 3          // of the API
	greedy    = "greedy"   // the tenant that sends two and a half times its limit all the time
	steady    = "steady"   // the tenant that sends evenly, and at 90 % of its limit where it has as much to send
	bursting  = "bursting" // the tenant that times its requests by the windows' edges
)

// The effects that an instance of the API records. Their key is the tenant.
const (
	decided  = "decided"  // its limiter has spoken; Value is how it counts, N how long that took, in nanoseconds
	admitted = "admitted" // a request passed; N is the instant of the decision, in nanoseconds since 1970
)

// limited makes d the API behind a limiter.
func limited(d lab.Design, by func(b *lab.Builder) maker) lab.Design {
	d.Build = func(b *lab.Builder) {
		apis := b.Services("api", instances, api(by(b)))
		b.Switch("edge-burst", bursts(b.Observer(), apis))
		var turn atomic.Uint64 // a load balancer's
		var next pace
		b.Client(func(ctx context.Context, op load.Op) (string, error) {
			if op.Key == steady {
				if err := next.wait(ctx); err != nil {
					return "", load.Definite(fmt.Errorf("keep to the limit: %w", err))
				}
			}
			return "", part.Ask(ctx, b.Observer(), apis[turn.Add(1)%instances], "GET /resource/"+op.Key, nil, nil)
		})
	}
	return d
}

// pace is a sender that keeps to its limit: its requests are a gap apart.
type pace struct {
	mu   sync.Mutex
	next time.Time
}

const gap = window * 10 / (9 * limit)

// wait waits for the next turn. It fails if that comes too late for ctx.
func (p *pace) wait(ctx context.Context) error {
	p.mu.Lock()
	turn := time.Now()
	if p.next.After(turn) {
		turn = p.next
	}
	p.next = turn.Add(gap)
	p.mu.Unlock()
	select {
	case <-time.After(time.Until(turn)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// api is the service that is protected: GET /resource/{tenant}. It answers 200, and the time by the instance's
// own clock; 429 where the tenant is over its limit; 503 where the limiter can't tell.
func api(m maker) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		limiter := m.limiter(i)
		get := func(ctx context.Context, r *part.Request) (any, error) {
			tenant, began := r.PathValue("tenant"), time.Now()
			d, err := limiter(ctx, tenant)
			i.Effect(ctx, history.Event{Name: decided, Key: tenant, Value: m.algorithm, N: int64(time.Since(began))})
			switch {
			case err != nil:
				return nil, err
			case !d.allowed:
				return nil, &part.Status{Code: http.StatusTooManyRequests, Text: "over the limit"}
			}
			i.Effect(ctx, history.Event{Name: admitted, Key: tenant, N: d.at.UnixNano()})
			return i.Clock().Now(), nil
		}
		return part.Serve(ctx, i, map[string]part.Handler{"GET /resource/{tenant}": get})
	}
}
