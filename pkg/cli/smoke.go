package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
)

type smokeFlags struct {
	stackFlags
	timeFlag
	seed      uint64
	short     bool
	faults    []string
	allFaults bool
	junit     string
	parallel  int
	attempts  int
}

func (a *app) smoke() *cobra.Command {
	var f smokeFlags
	cmd := &cobra.Command{
		Use:               "smoke [LAB…]",
		Short:             "Run labs (all if none is named) and print one line per lab, for CI",
		ValidArgsFunction: a.completeLabs,
		RunE: func(cmd *cobra.Command, args []string) error {
			labs := a.labs
			if len(args) > 0 {
				labs = nil
				for _, name := range args {
					l, err := a.lab(name)
					if err != nil {
						return err
					}
					labs = append(labs, l)
				}
			}
			if !cmd.Flags().Changed("seed") {
				f.seed = newSeed()
			}
			return a.smokeLabs(cmd.Context(), labs, f)
		},
	}
	f.stackFlags.register(cmd)
	f.timeFlag.register(cmd)
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "decides keys, arrivals and schedule (default: random)")
	cmd.Flags().BoolVar(&f.short, "short", false, "loads that are just long enough for a verdict")
	cmd.Flags().StringSliceVar(&f.faults, "fault", nil, "these faults of each lab, not its signature fault")
	cmd.Flags().BoolVar(&f.allFaults, "all-faults", false, "run every fault of each lab, not only its signature fault")
	cmd.MarkFlagsMutuallyExclusive("fault", "all-faults")
	cmd.Flags().IntVar(&f.parallel, "parallel", 0,
		"number of labs to run at once (default: one per CPU on the embedded stack, else 1)")
	cmd.Flags().IntVar(&f.attempts, "attempts", 3,
		"how often to run a lab whose verdict stays unknown, as on a busy machine; pass and fail are final")
	cmd.Flags().StringVar(&f.junit, "junit", "", "also write JUnit XML to this file")
	return cmd
}

func (a *app) smokeLabs(ctx context.Context, labs []lab.Spec, f smokeFlags) error {
	if f.parallel < 0 {
		return fmt.Errorf("--parallel %d: it can't be negative; leave it out for what suits the stack", f.parallel)
	}
	if f.attempts < 1 {
		return fmt.Errorf("--attempts %d: it must be at least 1; leave it out for 3", f.attempts)
	}
	jobs, err := a.planSmoke(labs, f)
	if err != nil {
		return err
	}
	junit, err := createReport(f.junit)
	if err != nil {
		return err
	}
	defer junit.discard()
	program, err := f.variant(f.cfg.Name)
	if err != nil {
		return err
	}
	if program != "" {
		return a.smokeOn(ctx, nil, 0, jobs, f, junit)
	}
	needs := stack.Needs{}
	for _, l := range labs {
		needs.KafkaNodes = max(needs.KafkaNodes, l.Needs.Nodes())
	}
	return a.withStack(ctx, f.stackFlags, needs, func(st *stack.Stack, ready time.Duration) error {
		switch program, err := f.variantFor(st); {
		case err != nil:
			return err
		case program != "":
			return a.smokeOn(ctx, nil, 0, jobs, f, junit)
		}
		for i := range jobs { // one by one: each may start something on the stack
			if jobs[i].cfg.Stack, err = a.stackFor(ctx, st, jobs[i].cfg.Lab); err != nil {
				return err
			}
		}
		return a.smokeOn(ctx, st, ready, jobs, f, junit)
	})
}

// smokeOn runs the jobs on their stacks, which are on st, or without one each in virtual time on its own stack.
func (a *app) smokeOn(ctx context.Context, st *stack.Stack, ready time.Duration, jobs []smokeJob, f smokeFlags,
	junit *outFile) error {
	s := &smoker{app: a, line: a.progress(), slots: make(chan struct{}, f.slots(st)), attempts: f.attempts}
	var wg sync.WaitGroup
	for i := range jobs {
		wg.Go(func() {
			defer crash.Guard()
			jobs[i].result, jobs[i].err = s.do(ctx, jobs[i].cfg)
		})
	}
	wg.Wait()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	var results []*run.Result
	var errs []error
	for _, j := range jobs {
		errs = append(errs, j.err)
		if j.err == nil {
			if st != nil {
				j.result.Timings.StackReady = report.InMilliseconds(ready)
			}
			results = append(results, j.result)
		}
	}
	errs = append(errs, junit.commit(func(w io.Writer) error { return report.JUnit(w, results) }))
	return errors.Join(errs...)
}

// slots returns how many labs run at once: one per CPU if AWS calls cost next to nothing, or in virtual time.
// On containers a single lab keeps the emulator busy, and two would measure each other.
func (f smokeFlags) slots(st *stack.Stack) int {
	switch {
	case f.parallel > 0:
		return f.parallel
	case st == nil || st.Backend[stack.AWS] == stack.Embedded:
		return runtime.GOMAXPROCS(0)
	default:
		return 1
	}
}

// smoker runs several labs on one stack.
type smoker struct {
	app      *app
	line     *progress
	slots    chan struct{}
	attempts int
	mu       sync.Mutex // of the output, and of the exit code
}

type smokeJob struct {
	cfg    run.Config
	result *run.Result
	err    error
}

// planSmoke lists the runs: each lab under its signature fault, or under those that are asked for.
func (a *app) planSmoke(labs []lab.Spec, f smokeFlags) ([]smokeJob, error) {
	var jobs []smokeJob
	for _, l := range labs {
		faults := l.Faults[:1]
		if f.allFaults {
			faults = l.Faults
		}
		if len(f.faults) > 0 {
			faults = nil
		}
		for _, name := range f.faults {
			fault, ok := l.Fault(name)
			if !ok {
				return nil, unknown("fault of "+l.Name, name, names(l.Faults, func(f lab.Fault) string { return f.Name }))
			}
			faults = append(faults, fault)
		}
		for _, fault := range faults {
			jobs = append(jobs, smokeJob{
				cfg: run.Config{Lab: l, Designs: l.Designs, Fault: fault, Seed: f.seed, Short: f.short, Log: a.log},
			})
		}
	}
	return jobs, nil
}

// do runs one lab under one fault when there is room, and prints its line.
func (s *smoker) do(ctx context.Context, cfg run.Config) (*run.Result, error) {
	select {
	case s.slots <- struct{}{}:
		defer func() { <-s.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	name := cfg.Lab.Name + " " + cfg.Fault.Name
	cfg.Progress = func(p run.Progress) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.line.say(name + ": " + p.Step)
	}
	r, err := run.Again(s.attempts, func() (*run.Result, error) { return s.once(ctx, cfg) })
	s.mu.Lock()
	defer s.mu.Unlock()
	s.line.end()
	if err != nil {
		return nil, fmt.Errorf("run %s (seed %d): %w", name, cfg.Seed, err)
	}
	s.app.settle(r.Verdict)
	return r, report.Line(s.app.out, report.StyleFor(s.app.out), r)
}

// once runs the lab here or, without a stack, in virtual time.
func (s *smoker) once(ctx context.Context, cfg run.Config) (*run.Result, error) {
	if cfg.Stack != nil {
		return run.Run(ctx, cfg)
	}
	args := []string{cfg.Lab.Name, "--fault", cfg.Fault.Name, "--seed", strconv.FormatUint(cfg.Seed, 10)}
	if cfg.Short {
		args = append(args, "--short")
	}
	return s.app.inVirtualTime(ctx, args)
}
