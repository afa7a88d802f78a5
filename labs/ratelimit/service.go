package ratelimit

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	instances = 3          // of the API
	greedy    = "greedy"   // the tenant that sends more than its limit all the time
	bursting  = "bursting" // the tenant that times its requests by the windows' edges
)

// The effects that an instance of the API records.
const (
	decided  = "decided"  // its limiter has spoken; Key is the limiter's name, N how long that took, in nanoseconds
	admitted = "admitted" // a request passed; Key is the tenant, N the instant of the decision, in nanoseconds since 1970
)

// limitedBy is the API behind limiters of that name. It is broken where theory says that more than the limit
// passes at an edge.
func limitedBy(newLimiter maker, name, summary string) lab.Design {
	return lab.Design{Name: name, Summary: summary, Broken: atEdge[name] > 1, Build: func(b *lab.Builder) {
		apis := b.Services("api", instances, api(newLimiter, name, b.Name))
		b.Switch("edge-burst", bursts(b.Observer(), apis))
		var turn atomic.Uint64 // a load balancer's
		b.Client(func(ctx context.Context, op load.Op) (string, error) {
			return "", part.Ask(ctx, b.Observer(), apis[turn.Add(1)%instances], "GET /resource/"+op.Key, nil, nil)
		})
	}}
}

// api is the service that is protected: GET /resource/{tenant}. It answers 200, and the time by the instance's
// own clock; 429 where the tenant is over its limit; 503 where the limiter can't tell.
func api(newLimiter maker, name string, key func(string) string) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		limiter := newLimiter(i, key)
		get := func(ctx context.Context, r *part.Request) (any, error) {
			tenant, began := r.PathValue("tenant"), time.Now()
			d, err := limiter(ctx, tenant)
			i.Effect(ctx, history.Event{Name: decided, Key: name, N: int64(time.Since(began))})
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
