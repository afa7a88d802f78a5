package run

import (
	"context"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/history"
)

// samples is how many times over the load the backlog is read.
const samples = 40

// drainTime is how long a backlog that keeps falling may take, or as long as the load did: what piled up
// over hours takes its time.
const drainTime = time.Minute

// watchBacklog reads the backlog over the load.
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

// fewestLooks is how often the backlog has to be found no lower before the drain gives up. A look
// takes longer on a busy machine, and so does everything that it looks at.
const fewestLooks = 30

// Between two looks lies lookEvery, or 1/mostLooks of the load where that is more: after hours the looks
// would be most of what is in the result.
const (
	lookEvery = 10 * time.Millisecond
	mostLooks = 1600
)

// drain waits until the backlog is 0. It gives up where the backlog has found no new low for
// Settle, in [fewestLooks] looks: what does not get less will not get done. How long the system
// takes while it makes headway is not judged, for a busy machine is slow and not wrong.
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
		// A look is work for the very dependencies that are to get on with theirs.
		pause := max(lookEvery, x.plan.Load.Duration/mostLooks, 3*time.Since(began))
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}
