package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
)

// measureEvery is how often a fault is measured again until it is seen to act.
const measureEvery = 20 * time.Millisecond

// disturb runs the faults during the load, each at its own time. An error means that one could not be
// reverted: then nothing later can be trusted.
func (x *experiment) disturb(ctx context.Context) error {
	faults := x.plan.Faults
	seen := make([]sighting, len(faults))
	var wg sync.WaitGroup
	for i, w := range faults {
		wg.Go(func() {
			defer crash.Guard()
			seen[i] = x.inject(ctx, w)
		})
	}
	wg.Wait()
	return errors.Join(ctx.Err(), x.sum(seen))
}

// sighting is the observation of one fault.
type sighting struct {
	state    string // Installed, Indeterminate, NotInjected or NotReverted
	measured string
	err      error // that kept it from being reverted
}

// inject waits for the fault's time, injects it, measures it while it is active and reverts it. It reverts
// whatever happens in between.
func (x *experiment) inject(ctx context.Context, w fault.Window) (s sighting) {
	if !x.waitUntil(ctx, w.From) {
		return sighting{state: NotInjected, measured: ctx.Err().Error()}
	}
	if before := x.env.Usage.StopTiming(); before != nil { // the first fault has come
		x.result.Before = before
	}
	injection, err := w.Fault.Inject(ctx, x.env.Surface)
	if err != nil {
		x.log.Warn("the fault could not be injected", zap.Error(err))
		return sighting{state: NotInjected, measured: err.Error()}
	}
	x.rec.Mark(history.FaultInjected, w.Fault.Requested())
	on := time.Since(x.loadStart)
	until := x.plan.endOf(w, on)
	defer func() {
		revert, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
		defer cancel()
		if err := x.revert(revert, injection); err != nil {
			s.state, s.err = NotReverted, fmt.Errorf("revert %s: %w", w.Fault.Requested(), err)
			return
		}
		x.rec.Mark(history.FaultReverted, "")
	}()
	s.state, s.measured = x.observe(ctx, injection, on, until)
	return s
}

// revert reverts a fault. Another active fault may prevent that, such as a cut link that an instance needs to
// start: then it retries until the others are over.
func (x *experiment) revert(ctx context.Context, injection fault.Injection) error {
	for {
		err := injection.Revert(ctx)
		if err == nil || len(x.plan.Faults) == 1 || !x.waitUntil(ctx, time.Since(x.loadStart)+measureEvery) {
			return err
		}
	}
}

// observe measures until the fault's time is up. The last observation counts, and a fault that was once seen
// to act has acted.
func (x *experiment) observe(ctx context.Context, injection fault.Injection,
	from, to time.Duration) (state, measured string) {
	state = Indeterminate
	for {
		// A measurement may take as long as the fault lasts, such as a ping into a black hole.
		measure, cancel := context.WithDeadline(ctx, x.loadStart.Add(to))
		m, err := injection.Measure(measure)
		cancel()
		if err != nil {
			m = fault.Measurement{Text: err.Error()}
		}
		if m.Acted || state != Installed {
			measured = m.Text
		}
		// Once the fault is seen to act, its measurement's own traffic must not become part of the load.
		pause := (to - from) / 4
		if m.Acted {
			state = Installed
		} else if state != Installed {
			pause = measureEvery
		}
		next := time.Since(x.loadStart) + pause
		if next >= to {
			x.waitUntil(ctx, to)
			return state, measured
		}
		if !x.waitUntil(ctx, next) {
			return state, measured
		}
	}
}

// states from bad to good: of several faults the worst counts.
var states = []string{NotReverted, NotInjected, Indeterminate, Installed}

// sum combines the observations of all faults.
func (x *experiment) sum(seen []sighting) error {
	f := &x.result.Fault
	f.State = Installed
	var requested, measured []string
	var errs []error
	for i, s := range seen {
		if slices.Index(states, s.state) < slices.Index(states, f.State) {
			f.State = s.state
		}
		requested = append(requested, x.plan.Faults[i].Fault.Requested())
		measured = append(measured, s.measured)
		errs = append(errs, s.err)
	}
	f.Requested = strings.Join(slices.Compact(requested), "; ")
	f.Measured = strings.Join(slices.Compact(measured), "; ")
	return errors.Join(errs...)
}

// waitUntil waits for a time of the load and returns false if ctx ended first.
func (x *experiment) waitUntil(ctx context.Context, at time.Duration) bool {
	t := time.NewTimer(time.Until(x.loadStart.Add(at)))
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
