package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/fault/awsapi"
	"github.com/crashlab/crashlab/pkg/fault/awsrules"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// runFlags are the flags of run.
type runFlags struct {
	stackFlags
	timeFlag
	designs  []string
	without  []string // guards
	fault    string
	rules    string // file of AWS rules
	seed     uint64
	rate     float64
	duration time.Duration
	arrivals string
	short    bool
	json     bool
	plan     bool
	junit    string
	dir      string // for artifacts
	keep     bool
}

func (a *app) run() *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:               "run LAB",
		Short:             "Run the lab's designs side by side under a fault, and prove what happened",
		Args:              exactly("lab", 1),
		ValidArgsFunction: a.completeLabs,
		RunE: func(cmd *cobra.Command, args []string) error {
			l, err := a.lab(args[0])
			if err != nil {
				return err
			}
			if !cmd.Flags().Changed("seed") {
				f.seed = newSeed()
			}
			return a.runLab(cmd.Context(), l, f)
		},
	}
	f.stackFlags.register(cmd)
	f.registerRealAWS(cmd)
	f.timeFlag.register(cmd)
	flags := cmd.Flags()
	flags.StringSliceVar(&f.designs, "design", nil, "only these designs (default: all)")
	flags.StringSliceVar(&f.without, "without", nil,
		"switch these guards off: run the designs that have them, with them and without")
	flags.StringVar(&f.fault, "fault", "",
		"a fault of the lab other than its signature fault, or none, or a schedule such as 'redis:latency=200ms@2s..5s' "+
			"(see crashlab faults)")
	flags.StringVar(&f.rules, "aws-rules", "",
		"instead of a fault: AWS errors from this file, in the format of LocalStack's Chaos API")
	cmd.MarkFlagsMutuallyExclusive("fault", "aws-rules")
	flags.Uint64Var(&f.seed, "seed", 0, "decides keys, arrivals and schedule (default: random)")
	flags.Float64Var(&f.rate, "rate", 0, "operations per second (default: the lab's)")
	flags.DurationVar(&f.duration, "duration", 0, "length of the load (default 8s)")
	flags.StringVar(&f.arrivals, "arrivals", string(load.Poisson), "when operations are due: poisson (a Poisson process, "+
		"given their number), or even (one at a random time of each slot of 1/rate)")
	_ = cmd.RegisterFlagCompletionFunc("arrivals",
		cobra.FixedCompletions(load.ArrivalNames(), cobra.ShellCompDirectiveNoFileComp))
	flags.BoolVar(&f.short, "short", false, "a load that is just long enough for a verdict")
	flags.BoolVar(&f.json, "json", false, "print one JSON document instead")
	flags.BoolVar(&f.plan, "plan", false, "print the schedule and every operation, and start nothing")
	flags.StringVar(&f.junit, "junit", "", "also write JUnit XML to this file")
	flags.StringVar(&f.dir, "artifacts", "", "keep each case's history in this directory, for replay and check-history")
	flags.BoolVar(&f.keep, "keep", false, "keep the stack up, with everything the run created, until interrupted")
	cmd.MarkFlagsMutuallyExclusive("short", "duration")
	return cmd
}

// newSeed draws a seed that is short enough to be typed again.
func newSeed() uint64 { return rand.Uint64N(1_000_000) }

func (a *app) runLab(ctx context.Context, l lab.Spec, f runFlags) error {
	if err := f.check(); err != nil { // it may settle the backend
		return err
	}
	cfg, err := f.config(l)
	if err != nil {
		return err
	}
	if f.plan {
		return a.plan(cfg, f.cfg.Name, f.json)
	}
	if f.cfg.External.RealAWS {
		if err := a.canAsk(f); err != nil {
			return err
		}
	}
	if f.keep && f.time == timeVirtual {
		return errors.New("--time virtual: nothing outside the process could use the kept stack; leave out --keep, or use " +
			"--time real")
	}
	if f.keep && f.time == timeAuto {
		f.time = timeReal
	}
	program, err := f.variant(f.cfg.Name)
	if err != nil {
		return err
	}
	if !f.json && !virtual.On {
		fmt.Fprintf(a.err, "seed %d\n", f.seed)
	}
	inVirtualTime := []string{"--backend", stack.Embedded, "--seed", strconv.FormatUint(f.seed, 10)}
	if program != "" {
		return a.become(ctx, program, inVirtualTime...)
	}
	virtual.Seed(f.seed)
	junit, err := createReport(f.junit)
	if err != nil {
		return err
	}
	defer junit.discard()
	if err := makeArtifacts(f.dir); err != nil {
		return err
	}
	return a.withStack(ctx, f.stackFlags, l.Needs.Shared(), func(st *stack.Stack, ready time.Duration) error {
		switch program, err := f.variantFor(st); {
		case err != nil:
			return err
		case program != "":
			return a.become(ctx, program, inVirtualTime...)
		}
		st, err := a.stackFor(ctx, st, l)
		if err != nil {
			return err
		}
		bar := a.progress()
		cfg.Stack, cfg.Log, cfg.Progress = st, a.log, bar.step
		if st.Account != "" {
			cfg.ID = owner.NewID()
			if err := a.agree(ctx, cfg, f.yes); err != nil {
				return err
			}
		}
		result, err := run.Run(ctx, cfg)
		bar.end()
		if err != nil {
			return fmt.Errorf("run %s (seed %d): %w", l.Name, f.seed, err)
		}
		result.Timings.StackReady = report.InMilliseconds(ready)
		result.Timings.Total += result.Timings.StackReady
		a.settle(result.Verdict)
		err = errors.Join(
			a.print(l, result, f.json),
			keepArtifacts(f.dir, result),
			junit.commit(func(w io.Writer) error { return report.JUnit(w, []*run.Result{result}) }),
		)
		if err != nil || !f.keep {
			return err
		}
		return a.keep(ctx, st, result.ID)
	})
}

// config checks the flags against the lab, before anything is started.
func (f runFlags) config(l lab.Spec) (run.Config, error) {
	cfg := run.Config{
		Lab: l, Designs: l.Designs, Fault: l.Faults[0], Seed: f.seed, Rate: f.rate, Duration: f.duration,
		Arrivals: load.Arrivals(f.arrivals), Short: f.short, Keep: f.keep,
	}
	cfg.Forget = f.dir == "" && l.Picture == nil
	if err := f.check(); err != nil {
		return cfg, err
	}
	if f.rate < 0 {
		return cfg, fmt.Errorf("--rate %g: it can't be negative; leave it out for the lab's own, %g operations per second",
			f.rate, l.Workload.Rate)
	}
	if f.duration < 0 {
		return cfg, fmt.Errorf("--duration %v: it can't be negative; leave it out for %v", f.duration, run.Long)
	}
	if f.arrivals != "" && !slices.Contains(load.ArrivalNames(), f.arrivals) {
		return cfg, unknown("arrivals", f.arrivals, load.ArrivalNames())
	}
	if err := f.disturbance(&cfg); err != nil {
		return cfg, err
	}
	designs, err := pick("design", f.designs, l.Designs, func(d lab.Design) string { return d.Name })
	cfg.Designs = designs
	if err == nil && len(f.without) > 0 {
		err = f.switchOff(&cfg)
	}
	return cfg, err
}

// switchOff has each design that has the guards run twice, with them and without. Unless a fault is given, it is the
// first under which something falls.
func (f runFlags) switchOff(cfg *run.Config) error {
	var both []lab.Design
	var missing error
	for _, d := range cfg.Designs {
		variant, err := d.Without(f.without...)
		switch {
		case err == nil:
			both = append(both, d, variant)
		case len(f.designs) > 0:
			missing = err
		}
	}
	switch {
	case missing != nil:
		return missing
	case len(both) == 0:
		for _, name := range f.without {
			if len(cfg.Lab.With(name)) == 0 {
				return unknown("guard", name, names(cfg.Lab.Guards(), func(g lab.Guard) string { return g.Name }))
			}
		}
		return fmt.Errorf("--without %s: no design of %s has all of these guards", strings.Join(f.without, ","), cfg.Lab.Name)
	}
	cfg.Designs = both
	if shows := cfg.Lab.FallsUnder(f.without[0]); len(shows) > 0 && f.fault == "" && f.rules == "" {
		cfg.Fault, _ = cfg.Lab.Fault(shows[0])
	}
	return nil
}

// disturbance sets the fault: one of the lab's, a schedule, or a file's rules.
func (f runFlags) disturbance(cfg *run.Config) error {
	switch {
	case f.rules != "":
		data, err := os.ReadFile(f.rules)
		if err != nil {
			return fmt.Errorf("can't read AWS rules from %s: %w", f.rules, reason(err))
		}
		rules, err := awsrules.ParseChaosRules(data)
		if err != nil {
			return fmt.Errorf("can't read AWS rules from %s:%w", f.rules, err)
		}
		cfg.Fault = lab.Fault{
			Name: filepath.Base(f.rules), Summary: "AWS answers with the errors of the file", Fault: awsapi.Rules{
				Name: f.rules, Rules: rules,
			},
		}
	case strings.ContainsAny(f.fault, "@:="):
		if _, err := cfg.Lab.ParseSchedule(f.fault, f.seed); err != nil {
			return err
		}
		cfg.Fault, cfg.Schedule = lab.Fault{Name: f.fault}, f.fault
	case f.fault == lab.None:
		cfg.Fault = lab.NoFault
	case f.fault != "":
		found, ok := cfg.Lab.Fault(f.fault)
		if !ok {
			return unknown("fault", f.fault, names(cfg.Lab.Faults, func(f lab.Fault) string { return f.Name }))
		}
		cfg.Fault = found
	}
	return nil
}

// pick returns the named elements of all, in the order of the names, or all without names.
func pick[T any](what string, named []string, all []T, name func(T) string) ([]T, error) {
	if len(named) == 0 {
		return all, nil
	}
	var picked []T
	for _, n := range named {
		at := slices.IndexFunc(all, func(t T) bool { return name(t) == strings.TrimSpace(n) })
		if at < 0 {
			return nil, unknown(what, n, names(all, name))
		}
		picked = append(picked, all[at])
	}
	return picked, nil
}

func names[T any](of []T, name func(T) string) []string {
	var names []string
	for _, t := range of {
		names = append(names, name(t))
	}
	return names
}

func (a *app) print(l lab.Spec, r *run.Result, json bool) error {
	if json {
		return report.JSON(a.out, r)
	}
	style := report.StyleFor(a.out)
	style.Verbose = a.verbose
	return report.Terminal(a.out, style, l, r)
}

// step shows where a run is.
func (p *progress) step(at run.Progress) {
	if at.Of == 0 {
		p.say(at.Step + " …")
		return
	}
	p.say(fmt.Sprintf("%s %.1f of %.1f s", at.Step, at.Elapsed.Seconds(), at.Of.Seconds()))
}
