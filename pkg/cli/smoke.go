package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
)

type smokeFlags struct {
	stackFlags
	seed      uint64
	short     bool
	allFaults bool
	junit     string
}

func (a *app) smoke() *cobra.Command {
	var f smokeFlags
	cmd := &cobra.Command{
		Use:               "smoke [LAB…]",
		Short:             "Run labs (all if none is named), a line each, for CI",
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
	f.register(cmd)
	cmd.Flags().Uint64Var(&f.seed, "seed", 0, "decides keys, arrivals and schedule (default: drawn)")
	cmd.Flags().BoolVar(&f.short, "short", false, "loads that are just long enough to prove it")
	cmd.Flags().BoolVar(&f.allFaults, "all-faults", false, "every fault of each lab, not its signature fault alone")
	cmd.Flags().StringVar(&f.junit, "junit", "", "write JUnit XML to this file as well")
	return cmd
}

func (a *app) smokeLabs(ctx context.Context, labs []lab.Spec, f smokeFlags) error {
	junit, err := createReport(f.junit)
	if err != nil {
		return err
	}
	defer junit.discard()
	needs := stack.Needs{}
	for _, l := range labs {
		needs.KafkaNodes = max(needs.KafkaNodes, l.Needs.Nodes())
	}
	return a.withStack(ctx, f.stackFlags, needs, func(st *stack.Stack, ready time.Duration) error {
		var results []*run.Result
		var errs []error
		for _, l := range labs {
			faults := l.Faults[:1]
			if f.allFaults {
				faults = l.Faults
			}
			for _, fault := range faults {
				r, err := a.smokeOne(ctx, run.Config{Lab: l, Designs: l.Designs, Fault: fault, Stack: st, Seed: f.seed, Short: f.short, Log: a.log})
				if ctx.Err() != nil {
					return err
				}
				if err != nil {
					errs = append(errs, err)
					continue
				}
				r.Timings.StackReady = report.InMilliseconds(ready)
				results = append(results, r)
			}
		}
		errs = append(errs, junit.commit(func(w io.Writer) error { return report.JUnit(w, results) }))
		return errors.Join(errs...)
	})
}

// smokeOne runs one lab under one fault and prints its line.
func (a *app) smokeOne(ctx context.Context, cfg run.Config) (*run.Result, error) {
	bar := a.progress()
	cfg.Progress = func(p run.Progress) { p.Step = cfg.Lab.Name + " " + cfg.Fault.Name + ": " + p.Step; bar.step(p) }
	r, err := run.Run(ctx, cfg)
	bar.end()
	if err != nil {
		return nil, fmt.Errorf("run %s under %s (seed %d): %w", cfg.Lab.Name, cfg.Fault.Name, cfg.Seed, err)
	}
	a.settle(r.Verdict)
	return r, report.Line(a.out, report.StyleFor(a.out), r)
}
