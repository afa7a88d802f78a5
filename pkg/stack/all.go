package stack

import (
	"context"
	"errors"
	"sync"
)

// All is a process made of several, such as "kafka" on a cluster. Each method acts on all of them at once and
// returns every failure joined.
type All []Process

// Kill kills every process.
func (a All) Kill(ctx context.Context) error { return a.each(ctx, Process.Kill) }

// Start starts every process.
func (a All) Start(ctx context.Context) error { return a.each(ctx, Process.Start) }

// Pause freezes every process.
func (a All) Pause(ctx context.Context) error { return a.each(ctx, Process.Pause) }

// Resume thaws every process.
func (a All) Resume(ctx context.Context) error { return a.each(ctx, Process.Resume) }

func (a All) each(ctx context.Context, do func(Process, context.Context) error) error {
	errs := make([]error, len(a))
	var wg sync.WaitGroup
	for i, p := range a {
		wg.Go(func() { errs[i] = do(p, ctx) })
	}
	wg.Wait()
	return errors.Join(errs...)
}
