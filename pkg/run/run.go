package run

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
	"github.com/crashlab/crashlab/pkg/stack/sweep"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// step is one step of the runner on a case.
type step struct {
	name string
	do   func(*experiment, context.Context) error
}

// steps is the experiment, in order. The designs of a turn take each step side by side.
var steps = []step{
	{"start", (*experiment).start},     // bring the design up
	{"warm up", (*experiment).warmUp},  // one operation must succeed before anything is measured
	{"load", (*experiment).drive},      // the workload; inject, measure, revert meanwhile
	{"recover", (*experiment).recover}, // does an operation succeed once the fault is over?
	{"repair", (*experiment).repair},   // what an operator does once the fault is over
	{"drain", (*experiment).drain},     // until nothing is left to do, or it does not get less
	{"audit", (*experiment).audit},     // stop every instance, then count what is where
	{"check", (*experiment).check},     // the history against the expectations
}

// cleanUpTime is how long a case may take to restore everything, however it ended. Real AWS deletes slowly what it
// makes slowly.
func cleanUpTime(st *stack.Stack) time.Duration {
	if st.Account != "" {
		return 3 * time.Minute
	}
	return 20 * time.Second
}

// Run runs every design under the fault, as many side by side as the stack carries, and returns the result.
// It fails if an experiment could not be carried out at all, and with ctx's error if that ended. When it
// returns, every fault is reverted and everything that the cases started and created is gone.
func Run(ctx context.Context, cfg Config) (*Result, error) {
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.Progress == nil {
		cfg.Progress = func(Progress) {}
	}
	if err := cfg.leaveOut(); err != nil {
		return nil, err
	}
	result := &Result{Lab: cfg.Lab.Name, Seed: cfg.Seed, Backend: cfg.Stack.Backend, Time: virtual.Time}
	plan, err := newPlan(cfg)
	if err != nil {
		return nil, err
	}
	if result.ID = cfg.ID; result.ID == "" {
		result.ID = owner.NewID()
	}
	err = onStack(ctx, cfg.Stack, stack.Use{Run: result.ID, Alone: sharedByAll(cfg.Stack, plan.Faults)}, func() error {
		began := time.Now()
		var err error
		result.Cases, err = inTurns(ctx, cfg, plan, result.ID, steps)
		result.Timings.Total = milliseconds(time.Since(began))
		return err
	})
	if err != nil {
		return nil, err
	}
	result.Verdict = Summary(result.Cases)
	return result, nil
}

// onStack calls do once the stack may be used that way.
func onStack(ctx context.Context, st *stack.Stack, u stack.Use, do func() error) (err error) {
	leave, err := st.Enter(ctx, u)
	if err != nil {
		return err
	}
	defer func() {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime(st))
		defer cancel()
		if left := leave(last); err == nil {
			err = left
		}
	}()
	return do()
}

// inTurns takes every design through the steps, turn by turn, and returns the result of each.
func inTurns(ctx context.Context, cfg Config, plan plan, id string, steps []step) ([]Case, error) {
	var done []Case
	for _, designs := range turns(cfg, plan) {
		var together []*experiment
		for _, d := range designs {
			together = append(together, newExperiment(cfg, plan, id, d))
		}
		if err := sideBySide(ctx, cfg, steps, together); err != nil {
			return nil, err
		}
		for _, x := range together {
			done = append(done, x.result)
		}
	}
	return done, nil
}

// sideBySide takes the experiments through the steps, each step together, and cleans up after them on every
// way out.
func sideBySide(ctx context.Context, cfg Config, steps []step, together []*experiment) (err error) {
	defer func() {
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpTime(cfg.Stack))
		defer cancel()
		failed := cleanUp(clean, cfg, together)
		var left *LeftError
		if err == nil || errors.As(failed, &left) { // what is left is told in any case
			err = errors.Join(err, failed)
		}
	}()
	for _, s := range steps {
		cfg.Progress(Progress{Step: s.name})
		err := all(together, func(x *experiment) error {
			if err := s.do(x, ctx); err != nil {
				return fmt.Errorf("%s %s: %w", s.name, x.result.Label(), err)
			}
			return nil
		})
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// cleanUp stops everything and deletes what was made, all of it by the run's name: one design's name can be a
// prefix of another's.
func cleanUp(ctx context.Context, cfg Config, together []*experiment) error {
	err := all(together, func(x *experiment) error { return x.close(ctx) })
	if cfg.Keep || len(together) == 0 {
		return err
	}
	prefix := owner.Prefix + together[0].run
	if _, failed := sweep.Prefix(ctx, cfg.Stack, prefix); failed != nil {
		err = errors.Join(err, &LeftError{Prefix: prefix, Stack: cfg.Stack, Err: failed})
	}
	return err
}

// all calls f for every experiment at once and returns the first error, in the experiments' order.
func all(xs []*experiment, f func(*experiment) error) error {
	errs := make([]error, len(xs))
	var wg sync.WaitGroup
	for i, x := range xs {
		wg.Go(func() {
			defer crash.Guard()
			errs[i] = f(x)
		})
	}
	wg.Wait()
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// Summary is fail if any case failed, else unknown if any is, else pass. No case is unknown.
func Summary(cases []Case) Verdict {
	if len(cases) == 0 {
		return Unknown
	}
	sum := Pass
	for _, c := range cases {
		switch {
		case c.Verdict == Fail:
			return Fail
		case c.Verdict != Pass:
			sum = Unknown
		}
	}
	return sum
}
