package part

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/lab"
)

// Autoscaler returns the service that sets the number of instances once a period. desired gets how many requests came
// since the last time, and says how many instances are to serve. The service also replaces those that run no more.
func (f *Fleet) Autoscaler(period time.Duration, desired func(requests int) int) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		a := &autoscaler{Fleet: f, i: i}
		defer a.changes.Wait()
		i.Ready()
		return Again(ctx, i, func(ctx context.Context) error {
			if err := i.Work(ctx, period); err != nil {
				return err
			}
			a.check(ctx)
			a.scale(ctx, desired(f.requests()))
			return nil
		})
	}
}

// requests returns how many came since the last call.
func (f *Fleet) requests() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := f.asked - f.counted
	f.counted = f.asked
	return n
}

// autoscaler is one life of the service. It alone takes instances into service.
type autoscaler struct {
	*Fleet
	i       *lab.Instance
	changes sync.WaitGroup // that take time
}

// check takes out the instances that run no more or are frozen: they fail their health check.
func (a *autoscaler) check(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
	defer cancel()
	for _, m := range a.in(serving) {
		if m.process.Probe(ctx) != nil {
			a.set(a.i, m, off)
		}
	}
}

// scale launches or retires instances until that many serve or are about to.
func (a *autoscaler) scale(ctx context.Context, n int) {
	now := a.in(serving)
	missing := n - len(now) - len(a.in(starting))
	launch := func(those []*member, takes time.Duration) {
		for _, m := range those[:max(0, min(missing, len(those)))] {
			missing--
			a.change(m, starting, func() (memberState, error) { return serving, a.start(ctx, m, takes) })
		}
	}
	launch(a.in(pooled), a.Wake)
	if !a.refused() {
		launch(a.in(off), a.Boot)
	}
	for _, m := range slices.Backward(now) {
		if missing < 0 {
			missing++
			a.change(m, retiring, func() (memberState, error) { return a.retire(ctx, m) })
		}
	}
}

// change puts an instance into one state and, when do has returned, into another, beside the autoscaler.
func (a *autoscaler) change(m *member, meanwhile memberState, do func() (memberState, error)) {
	a.set(a.i, m, meanwhile)
	a.changes.Go(func() {
		defer crash.Guard()
		to, err := do()
		if err != nil {
			a.i.Log.Info("an instance did not start, or did not stop", zap.Error(err))
			to = off
		}
		a.set(a.i, m, to)
	})
}

// start starts an instance, which takes that long. One that is off may be frozen.
func (a *autoscaler) start(ctx context.Context, m *member, takes time.Duration) (err error) {
	if takes == a.Boot {
		err = m.process.Kill(ctx)
	}
	if err = errors.Join(err, a.i.Work(ctx, takes)); err != nil {
		return err
	}
	return m.process.Start(ctx)
}

// retire waits until an instance has no open request, and stops it unless there is a warm pool.
func (a *autoscaler) retire(ctx context.Context, m *member) (memberState, error) {
	err := lab.Poll(ctx, m.process.Name+" has no open request", func(context.Context) (bool, error) {
		a.mu.Lock()
		defer a.mu.Unlock()
		return m.open == 0, nil
	})
	if a.warm {
		return pooled, err
	}
	return off, errors.Join(err, m.process.Stop(ctx))
}
