package run

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/history"
)

// samples is how often the backlog is read during the load.
const samples = 40

// drainTime is how long a falling backlog may take; it may always take as long as the load.
const drainTime = time.Minute

// watchBacklog reads the backlog during the load.
func (x *experiment) watchBacklog(ctx context.Context) {
	if x.system.Backlog == nil {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer crash.Guard()
		tick := time.NewTicker(x.plan.Load.Duration / samples)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			at := time.Since(x.loadStart)
			x.cfg.Progress(Progress{Step: "load", Elapsed: at, Of: x.plan.Load.Duration})
			if n, err := x.system.Backlog(ctx); err == nil {
				x.sample(n)
			}
		}
	})
	x.stopGauge = func() { cancel(); wg.Wait() }
}

// fewestLooks is how often the backlog must be found no lower before the drain gives up. On a busy machine a
// look takes longer, and so does everything it looks at.
const fewestLooks = 30

// Two looks are lookEvery apart, or 1/mostLooks of the load if that is more: after hours the looks would be
// most of the result.
const (
	lookEvery = 10 * time.Millisecond
	mostLooks = 1600
)

// drain waits until the backlog is 0. It gives up if the backlog has reached no new low for Settle and in
// [fewestLooks] looks: what stops shrinking will not get done. A system that makes headway may take as long
// as it needs, since a busy machine is slow and not wrong.
func (x *experiment) drain(ctx context.Context) error {
	x.stopGauge()
	if x.system.Backlog != nil {
		ctx, cancel := context.WithTimeout(ctx, max(drainTime, x.plan.Load.Duration))
		defer cancel()
		x.waitForRest(ctx)
	}
	if ctx.Err() == nil {
		x.rec.Mark(history.Drained, "")
	}
	return ctx.Err()
}

func (x *experiment) waitForRest(ctx context.Context) {
	low, since, looks := -1, time.Now(), 0
	for {
		began := time.Now()
		n, err := x.system.Backlog(ctx)
		if err == nil {
			x.sample(n)
		}
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			x.log.Debug("the backlog could not be read", zap.Error(err))
		case n == 0:
			return
		case low < 0 || n < low:
			low, since, looks = n, time.Now(), 0
		}
		if looks++; looks > fewestLooks && time.Since(since) > x.plan.Settle {
			return
		}
		// A look is work for the very dependencies that have to make progress.
		pause := max(lookEvery, x.plan.Load.Duration/mostLooks, 3*time.Since(began))
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
