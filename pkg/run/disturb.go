package run

import (
	"cmp"
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
func (x *experiment) disturb(ctx context.Context) ([]sighting, error) {
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
	errs := []error{ctx.Err()}
	for _, s := range seen {
		errs = append(errs, s.err)
	}
	return seen, errors.Join(errs...)
}

// sighting is the observation of one fault.
type sighting struct {
	injection fault.Injection // nil if it was not injected
	state     string          // Installed, Indeterminate, NotInjected or NotReverted
	measured  string
	early     string // the last measurement, if it was seen to act and then no longer
	reverted  string // the measurement after its revert
	err       error  // that kept it from being reverted
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
	s.injection = injection
	on := time.Since(x.loadStart)
	until := x.plan.endOf(w, on)
	defer func() {
		revert, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime(x.cfg.Stack))
		defer cancel()
		if err := x.revert(revert, injection); err != nil {
			s.state, s.err = NotReverted, fmt.Errorf("revert %s: %w", w.Fault.Requested(), err)
			return
		}
		x.rec.Mark(history.FaultReverted, "")
	}()
	x.observe(ctx, &s, on, until)
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

// observe measures until the fault is seen to act, and again at the end of its time, when it must still act.
func (x *experiment) observe(ctx context.Context, s *sighting, from, to time.Duration) {
	s.state = Indeterminate
	end, lasted := to, false // when the last look is due, and whether one has seen it act since
	for next := from; next < to && x.waitUntil(ctx, next); {
		// A measurement may take as long as the fault lasts, such as a ping into a black hole.
		began := time.Since(x.loadStart)
		measure, cancel := context.WithDeadline(ctx, x.loadStart.Add(to))
		m, err := s.injection.Measure(measure)
		cut := measure.Err() != nil && !m.Acted
		cancel()
		if err != nil {
			m = fault.Measurement{Text: err.Error()}
		}
		now := time.Since(x.loadStart)
		switch {
		case m.Acted:
			if s.state != Installed {
				end = lastLook(from, to, now-began)
			}
			s.state, s.measured, lasted = Installed, m.Text, now >= end
		case s.state != Installed:
			s.measured = m.Text
		case !cut: // the fault's end leaves a measurement without a result
			s.early = m.Text
		}
		// Once the fault is seen to act, its measurement's own traffic must not become part of the load.
		switch {
		case lasted:
			next = to
		case m.Acted:
			next = end
		default:
			next = now + measureEvery
		}
	}
	x.waitUntil(ctx, to)
	switch {
	case s.state != Installed || lasted:
		s.early = ""
	case ctx.Err() == nil:
		s.state = Indeterminate
		s.early = cmp.Or(s.early, "no measurement was completed there")
	}
}

// lastLook returns when a fault is to be measured for the last time: in the last sixteenth of its time, or so much
// earlier that a measurement like the first has time enough, but not in the first half.
func lastLook(from, to, took time.Duration) time.Duration {
	return max(from+(to-from)/2, to-max((to-from)/16, took*3/2))
}

// leftTime is how long it may take after the load until nothing is left of a fault: a node takes a while to start.
const leftTime = 5 * time.Second

// takenBack measures what is left of the faults, once all are reverted and the load is over: by then what one has
// left, such as rules in force, has had operations to act on. Of windows with the same request it measures the last.
func (x *experiment) takenBack(ctx context.Context, seen []sighting) {
	limited, cancel := context.WithTimeout(ctx, leftTime)
	defer cancel()
	last := map[string]int{}
	for i, w := range x.plan.Faults {
		last[w.Fault.Requested()] = i
	}
	var wg sync.WaitGroup
	for _, i := range last {
		if s := &seen[i]; s.injection != nil {
			wg.Go(func() {
				defer crash.Guard()
				s.await(limited)
			})
		}
	}
	wg.Wait()
}

// await measures until nothing is left of the fault, or ctx ends: then it was not reverted.
func (s *sighting) await(ctx context.Context) {
	for {
		m, err := s.injection.Left(ctx)
		if err == nil && !m.Acted {
			s.reverted = m.Text
			return
		}
		if err == nil {
			s.reverted = m.Text
		} else if s.reverted == "" {
			s.reverted = err.Error()
		}
		select {
		case <-time.After(measureEvery):
		case <-ctx.Done():
			s.state = NotReverted
			return
		}
	}
}

// states from bad to good: of several faults the worst counts.
var states = []string{NotReverted, NotInjected, Indeterminate, Installed}

// sum combines the observations of all faults.
func (x *experiment) sum(seen []sighting) {
	f := &x.result.Fault
	f.State = Installed
	if len(seen) == 0 {
		f.State = NoFault
	}
	var requested, measured, early, reverted []string
	for i, s := range seen {
		if slices.Index(states, s.state) < slices.Index(states, f.State) {
			f.State = s.state
		}
		requested = append(requested, x.plan.Faults[i].Fault.Requested())
		measured = append(measured, s.measured)
		early = append(early, s.early)
		reverted = append(reverted, s.reverted)
	}
	f.Requested, f.Measured = told(requested), told(measured)
	f.Early, f.Reverted = told(early), told(reverted)
}

// told joins texts that differ.
func told(texts []string) string {
	texts = slices.DeleteFunc(slices.Compact(texts), func(t string) bool { return t == "" })
	return strings.Join(texts, "; ")
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
