package ratelimit

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// Half a burst exhausts a limit before an edge and again after it, and both halves every instance's own.
const halfBurst = limit * 3 / 2

// bursts is a tenant that knows when the windows end and sends one burst after the other. Whether one lies at an edge
// is up to the machine, and until one does the fault is not seen to act.
func bursts(from *lab.Instance, apis []*lab.Process) fault.Switchable {
	var atEdge atomic.Int64
	var stop func()
	on := func(ctx context.Context) error {
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		var tenant sync.WaitGroup
		tenant.Go(func() {
			defer crash.Guard()
			edge := windowOf(time.Now().Add(window / 2)).Add(window)
			for ctx.Err() == nil {
				if sendBurst(ctx, from, apis, edge) {
					atEdge.Add(1)
				}
				// The edge after the next one: this burst is then out of every limiter's sight.
				edge = windowOf(time.Now()).Add(2 * window)
			}
		})
		stop = func() { cancel(); tenant.Wait() }
		return nil
	}
	measure := func(context.Context) (fault.Measurement, error) {
		says := fmt.Sprintf("%d bursts of 2 × %d requests lay at an edge", atEdge.Load(), halfBurst)
		return fault.Measurement{Acted: atEdge.Load() > 0, Text: says}, nil
	}
	return fault.Switchable{On: on, Off: func(context.Context) error { stop(); return nil }, Measure: measure}
}

// sendBurst sends half of a burst half a window before the edge, and the other half at the edge. It reports
// whether it fell so: each request was served or refused within half a window.
func sendBurst(ctx context.Context, from *lab.Instance, apis []*lab.Process, edge time.Time) (atEdge bool) {
	var inTime atomic.Int64
	var all sync.WaitGroup
	for n := range 2 * halfBurst {
		all.Go(func() {
			at := edge.Add(time.Duration(n/halfBurst-1) * window / 2)
			select {
			case <-time.After(time.Until(at)):
			case <-ctx.Done():
				return
			}
			sent := time.Now()
			err := part.Ask(ctx, from, apis[n%instances], "GET /resource/"+bursting, nil, nil)
			var refused *part.Status
			decided := err == nil || errors.As(err, &refused) && refused.Code == http.StatusTooManyRequests
			if decided && !sent.Before(at) && time.Now().Before(at.Add(window/2)) {
				inTime.Add(1)
			}
		})
	}
	all.Wait()
	return inTime.Load() == 2*halfBurst
}
