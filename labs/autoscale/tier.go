package autoscale

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
	"github.com/crashlab/crashlab/pkg/unit"
)

// One second stands for 20 of AWS, wherever an instance or a metric is waited for. Requests take as long as they do.
const (
	period = 10 * time.Second / scale // of the metric: the shortest of an alarm in CloudWatch
	boot   = time.Minute / scale      // from a launch until an instance serves
	wake   = 2 * time.Second / scale  // the same out of the warm pool
	scale  = 20
)

const (
	first   = 4                      // instances, at the beginning and at least
	most    = 10                     // instances
	work    = 175 * time.Millisecond // that a request takes of an instance, which does one at a time
	deep    = 60                     // requests that an instance has at most: a listener's backlog and its threads
	shallow = 5                      // the same where it refuses what it could not answer while the client waits
	lost    = 3                      // instances that die at once
)

// The effects that the tier records, beside those of its fleet.
const (
	bounded  = "bounded"  // at the start: an instance has at most N requests
	tried    = "tried"    // by a client: it sent a request
	accepted = "accepted" // by an instance: the request waits or is worked on
	finished = "finished" // by an instance: it is done with a request that it accepted, or dies with it
)

// tier is the request tier under every design.
type tier struct {
	fleet  *part.Fleet
	limit  int64        // requests that an instance has at most, including the one that it works on
	inHand atomic.Int64 // requests that instances have
	worked atomic.Int64 // requests that were done since the autoscaler last looked
	budget *budget      // of the clients' retries
}

// build declares a tier that is scaled by a policy.
func (t *tier) build(b *lab.Builder, warm bool, by func(*tier) policy) {
	t.fleet = part.NewFleet(b, "server", first, most, warm, t.serve)
	t.fleet.Boot, t.fleet.Wake = boot, wake
	b.Prepare("note the limit", func(ctx context.Context, i *lab.Instance) error {
		i.Effect(ctx, history.Event{Name: bounded, N: t.limit})
		return nil
	})
	b.Service("autoscaler", t.fleet.Autoscaler(period, by(t)))
	b.Client(t.client(b.Observer()))
	b.Backlog(func(context.Context, *lab.Instance) (int, error) { return int(t.inHand.Load()), nil })
	b.Switch(capacityLost, fault.Switchable{
		On: func(ctx context.Context) error { return t.fleet.Lose(ctx, lost) },
		Measure: func(context.Context) (fault.Measurement, error) {
			n := t.fleet.Serving()
			return fault.Measurement{Acted: n <= first-lost, Text: unit.Many(n, "instance") + " left"}, nil
		},
	})
	b.Switch(bootsFail, fault.Switchable{
		On:  func(context.Context) error { t.fleet.Refuse(true); return nil },
		Off: func(context.Context) error { t.fleet.Refuse(false); return nil },
	})
}

// serve is an instance: GET /page/{id} takes its turn and then its time. It does not notice that a client has gone.
func (t *tier) serve(life context.Context, i *lab.Instance) error {
	var here atomic.Int64
	turn := make(chan struct{}, 1)
	return part.Serve(life, i, map[string]part.Handler{
		"GET /page/{id}": func(ctx context.Context, r *part.Request) (any, error) {
			defer here.Add(-1)
			if here.Add(1) > t.limit {
				return nil, &part.Status{Code: http.StatusServiceUnavailable, Text: "overloaded"}
			}
			t.inHand.Add(1)
			i.Effect(ctx, history.Event{Name: accepted})
			defer func() {
				t.inHand.Add(-1)
				i.Effect(ctx, history.Event{Name: finished})
			}()
			select {
			case turn <- struct{}{}:
				defer func() { <-turn }()
			case <-life.Done():
				return nil, life.Err()
			}
			if err := i.Work(life, work); err != nil {
				return nil, err
			}
			t.worked.Add(1)
			return []byte(r.PathValue("id")), nil
		},
	})
}
