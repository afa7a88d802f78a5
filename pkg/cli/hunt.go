package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/hunt"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
)

// huntFlags are the flags of hunt.
type huntFlags struct {
	timeFlag
	designs  []string
	faults   []string
	seed     uint64
	seeds    int
	span     time.Duration
	weather  bool
	parallel int
	rate     float64
	duration time.Duration
	dir      string // for artifacts
	json     bool
}

const (
	// huntFor is the default length of a hunt.
	huntFor = time.Minute
	// trialTime is how long one trial may take. It takes seconds; one that takes this long hangs.
	trialTime = time.Minute
)

func (a *app) hunt() *cobra.Command {
	var f huntFlags
	cmd := &cobra.Command{
		Use:   "hunt LAB",
		Short: "Search seeds and random schedules for runs that contradict the lab; exit 0 if none is found, 1 if some are",
		Long: "Search seeds and random schedules, in virtual time, for runs that contradict what the lab declares:\n" +
			"a sound design that breaks, or a broken one that is not caught.\n\n" +
			"Each seed is tried under each of the lab's faults, and then, design by design, under weather: random\n" +
			"schedules of faults on the design's links, calls and instances. Under weather only safety is checked:\n" +
			"the invariants that a design keeps under every fault of the lab. Each finding is repeated, its schedule\n" +
			"is made as small as possible, and it is printed with the command that reproduces it.",
		Args:              exactly("lab", 1),
		ValidArgsFunction: a.completeLabs,
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := a.lab(args[0])
			if err != nil {
				return err
			}
			given := cmd.Flags().Changed
			if !given("seed") {
				f.seed = newSeed()
			}
			if !given("seeds") && !given("for") {
				f.span = huntFor
			}
			if err := f.check(given); err != nil {
				return err
			}
			return a.huntLab(cmd.Context(), l, f)
		},
	}
	f.register(cmd)
	flags := cmd.Flags()
	flags.StringSliceVar(&f.designs, "design", nil, "only these designs (default: all)")
	flags.StringSliceVar(&f.faults, "faults", nil, "only these faults of the lab (default: all)")
	flags.Uint64Var(&f.seed, "seed", 0, "the first seed; the others follow it (default: random)")
	flags.IntVar(&f.seeds, "seeds", 0, "number of seeds (default: as many as time allows)")
	flags.DurationVar(&f.span, "for", 0, "start no run after this time (default 1m unless --seeds is given)")
	flags.BoolVar(&f.weather, "weather", true, "also try random schedules")
	flags.IntVar(&f.parallel, "parallel", runtime.NumCPU(), "number of runs at once")
	flags.Float64Var(&f.rate, "rate", 0, "operations per second (default: the lab's)")
	flags.DurationVar(&f.duration, "duration", 0, "length of each run's load (default: that of run --short)")
	flags.StringVar(&f.dir, "artifacts", "",
		"keep the history of each finding in this directory, for replay and check-history")
	flags.BoolVar(&f.json, "json", false, "print one JSON document instead")
	return cmd
}

// check refuses numbers that make no hunt possible.
func (f huntFlags) check(given func(flag string) bool) error {
	switch {
	case !slices.Contains(timeNames(), f.time):
		return unknown("time", f.time, timeNames())
	case f.time == timeReal:
		return errors.New("--time real: a finding in real time cannot be repeated, so hunt uses virtual time only; " +
			"leave it out")
	case given("seeds") && f.seeds < 1:
		return fmt.Errorf("--seeds %d: it must be at least 1; leave it out for as many as time allows", f.seeds)
	case given("for") && f.span <= 0:
		return fmt.Errorf("--for %v: it must be above zero; leave it out for %v", f.span, huntFor)
	case f.parallel < 1:
		return fmt.Errorf("--parallel %d: it must be at least 1; leave it out for %d, one per CPU", f.parallel,
			runtime.NumCPU())
	}
	return nil
}

func (a *app) huntLab(ctx context.Context, l lab.Spec, f huntFlags) error {
	cfg, err := f.config(l)
	if err != nil {
		return err
	}
	if err := makeArtifacts(f.dir); err != nil {
		return err
	}
	if !f.json {
		fmt.Fprintf(a.err, "seed %d\n", f.seed)
	}
	wait := a.waiting()
	cfg.Try = func(ctx context.Context, t hunt.Trial) (*run.Result, error) { return a.try(ctx, f.args(l, t)) }
	cfg.Progress = func(c hunt.Counts) { wait.say(progressOf(c)) }
	report, err := hunt.Run(ctx, cfg)
	wait.end()
	if report == nil {
		return err
	}
	for i := range report.Findings {
		finding := &report.Findings[i]
		args := f.args(l, hunt.Trial{Seed: finding.Seed, Designs: finding.Designs, Fault: finding.Fault})
		finding.Command = commandOf(args)
		if f.dir != "" && ctx.Err() == nil {
			kept, failed := a.keepFinding(ctx, f.dir, args, finding.Design)
			finding.Artifact, err = kept, errors.Join(err, failed)
		}
	}
	for i := range report.Failures {
		report.Failures[i].Command = commandOf(f.args(l, report.Failures[i].Trial))
	}
	a.settleHunt(report)
	return errors.Join(err, a.printHunt(report, f.json))
}

// config checks the flags against the lab.
func (f huntFlags) config(l lab.Spec) (hunt.Config, error) {
	cfg := hunt.Config{Lab: l, First: f.seed, Seeds: f.seeds, For: f.span, Weather: f.weather, Parallel: f.parallel}
	of := runFlags{
		stackFlags: stackFlags{}, designs: f.designs, seed: f.seed, rate: f.rate, duration: f.duration,
		short: f.duration == 0,
	}
	of.cfg.Name = stack.Embedded
	runs, err := of.config(l)
	if err != nil {
		return cfg, err
	}
	cfg.Designs = runs.Designs
	if cfg.Faults, err = pick("fault", f.faults, l.Faults, func(f lab.Fault) string { return f.Name }); err != nil {
		return cfg, err
	}
	runs.Stack = &stack.Stack{Backend: map[string]string{stack.AWS: stack.Embedded}}
	cfg.Load = runs.Length()
	return cfg, nil
}

// args are the arguments of run for a trial.
func (f huntFlags) args(l lab.Spec, t hunt.Trial) []string {
	args := []string{l.Name, "--seed", strconv.FormatUint(t.Seed, 10)}
	if f.duration > 0 {
		args = append(args, "--duration", f.duration.String())
	} else {
		args = append(args, "--short")
	}
	if f.rate > 0 {
		args = append(args, "--rate", strconv.FormatFloat(f.rate, 'g', -1, 64))
	}
	if len(t.Designs) < len(l.Designs) {
		args = append(args, "--design", strings.Join(t.Designs, ","))
	}
	return append(args, "--fault", t.Fault)
}

// commandOf returns what a user types to run a trial.
func commandOf(args []string) string { return "crashlab run --time virtual " + shellWords(args) }

// try carries out a trial.
func (a *app) try(ctx context.Context, args []string) (*run.Result, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, trialTime, fmt.Errorf("it took more than %v", trialTime))
	defer cancel()
	r, err := a.inVirtualTime(ctx, args)
	if err != nil && ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	return r, err
}

// keepFinding repeats a finding with its history kept in dir, and returns its file.
func (a *app) keepFinding(ctx context.Context, dir string, args []string, design string) (string, error) {
	r, err := a.try(ctx, append(slices.Clone(args), "--artifacts", dir))
	if err != nil {
		return "", fmt.Errorf("keep the history of what was found: %w", err)
	}
	at := slices.IndexFunc(r.Cases, func(c run.Case) bool { return c.Design == design })
	if at < 0 {
		return "", fmt.Errorf("keep the history of what was found: the run has no case of %s", design)
	}
	return filepath.Join(dir, run.Artifact(r, r.Cases[at])), nil
}

// settleHunt turns a report into the exit code.
func (a *app) settleHunt(r *hunt.Report) {
	switch {
	case len(r.Findings) > 0:
		a.settle(run.Fail)
	case r.Told == 0:
		a.settle(run.Unknown)
	}
}
