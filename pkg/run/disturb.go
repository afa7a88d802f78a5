package run

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
)

// measureEvery is how often a fault that has not been seen to act yet is measured again.
const measureEvery = 20 * time.Millisecond

// disturb is the fault's part of the load: wait, inject, measure while it is on, revert. Whatever
// happens on the way, what was injected is reverted. An error means that a revert failed: then
// nothing that follows can be trusted.
func (x *experiment) disturb(ctx context.Context) (err error) {
	f := x.cfg.Fault.Fault
	x.result.Fault.Requested = f.Requested()
	if !x.waitUntil(ctx, x.plan.From) {
		return ctx.Err()
	}
	injection, err := f.Inject(ctx, x.env.Surface)
	if err != nil {
		x.result.Fault.State = NotInjected
		x.result.Fault.Measured = err.Error()
		x.log.Warn("the fault could not be injected", zap.Error(err))
		return nil
	}
	x.rec.Mark(history.FaultInjected, f.Requested())
	x.result.Timeline.From = seconds(time.Since(x.loadStart))
	defer func() {
		revert, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime)
		defer cancel()
		if failed := injection.Revert(revert); failed != nil {
			x.result.Fault.State = NotReverted
			err = errors.Join(err, fmt.Errorf("revert %s: %w", x.cfg.Fault.Name, failed))
			return
		}
		x.rec.Mark(history.FaultReverted, "")
		x.result.Timeline.To = seconds(time.Since(x.loadStart))
	}()
	x.observe(ctx, injection)
	return ctx.Err()
}

// observe measures until the fault's time is up. What was seen last counts, and a fault that was
// once seen to act has acted.
func (x *experiment) observe(ctx context.Context, injection fault.Injection) {
	acted := false
	for {
		// A measurement may take as long as the fault lasts, such as a ping into a black hole.
		measure, cancel := context.WithDeadline(ctx, x.loadStart.Add(x.plan.To))
		m, err := injection.Measure(measure)
		cancel()
		if err != nil {
			m.Text = err.Error()
		}
		if m.Acted || !acted {
			x.result.Fault.Measured = m.Text
		}
		acted = acted || err == nil && m.Acted
		if !x.waitUntil(ctx, min(time.Since(x.loadStart)+x.remeasure(acted), x.plan.To)) || time.Since(x.loadStart) >= x.plan.To {
			break
		}
	}
	x.result.Fault.State = Indeterminate
	if acted {
		x.result.Fault.State = Installed
	}
}

// remeasure returns how long to wait before the next measurement: once the fault is seen to act,
// its own traffic is not to become part of the load.
func (x *experiment) remeasure(acted bool) time.Duration {
	if acted {
		return (x.plan.To - x.plan.From) / 4
	}
	return measureEvery
}

// waitUntil waits for an instant of the load and returns false where ctx ended first.
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
