package cli

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
)

// keepArtifacts writes each case with its history to its own file in dir.
func keepArtifacts(dir string, r *run.Result) error {
	if dir == "" {
		return nil
	}
	var errs []error
	for _, c := range r.Cases {
		f, err := createReport(filepath.Join(dir, run.Artifact(r, c)))
		if err == nil {
			err = f.commit(func(w io.Writer) error { return run.WriteArtifact(w, r, c) })
			f.discard()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// makeArtifacts creates the folder, before a run is spent on it.
func makeArtifacts(dir string) error {
	if dir == "" {
		return nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("can't keep artifacts in %s: %w; name a directory that you can write to", dir, reason(err))
	}
	return nil
}

func (a *app) replay() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "replay FILE…",
		Short: "Judge again the cases that run --artifacts kept, and print their report",
		Args:  cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			var whole *run.Result
			for _, path := range args {
				r, err := readArtifact(path)
				if err != nil {
					return err
				}
				switch {
				case whole == nil:
					whole = r
				case r.Lab != whole.Lab || r.Seed != whole.Seed || r.Cases[0].Fault.Name != whole.Cases[0].Fault.Name:
					return fmt.Errorf("%s belongs to another run (%s under %s, seed %d) than %s; replay one run at a time",
						path, r.Lab, r.Cases[0].Fault.Name, r.Seed, args[0])
				case slices.ContainsFunc(whole.Cases, func(c run.Case) bool { return c.Label() == r.Cases[0].Label() }):
					return fmt.Errorf("%s: two files are of design %s; name each design once", path, r.Cases[0].Label())
				default:
					whole.Cases = append(whole.Cases, r.Cases[0])
				}
			}
			l, err := a.lab(whole.Lab)
			if err != nil {
				return err
			}
			for i := range whole.Cases {
				run.Judge(l, &whole.Cases[i])
			}
			whole.Verdict = run.Summary(whole.Cases)
			a.settle(whole.Verdict)
			return a.print(l, whole, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print one JSON document instead")
	return cmd
}

func readArtifact(path string) (*run.Result, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("can't read %s: %w", path, reason(err))
	}
	defer f.Close()
	r, err := run.ReadArtifact(f)
	if err != nil {
		return nil, fmt.Errorf("can't read %s: %w", path, err)
	}
	return r, nil
}

func (a *app) checkHistory() *cobra.Command {
	var specs []string
	var f timeFlag
	cmd := &cobra.Command{
		Use:   "check-history FILE --invariant NAME[:param=value,…]",
		Short: "Check any history file; exit 1 if an invariant is violated, 2 if one is undecided",
		Long: "Check invariants on a history from any recorder. The invariants, their parameters and examples:\n\n" +
			checkers(),
		Args: exactly("file", 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(specs) == 0 {
				return errors.New("check-history needs an --invariant, such as " + invariant.All[0].Example)
			}
			var checks []invariant.Invariant
			for _, s := range specs {
				inv, err := invariant.ByName(s)
				if err != nil {
					return err
				}
				checks = append(checks, inv)
			}
			// No stack chooses the time here, so virtual time must be requested. A checker then has no
			// timeout.
			switch program, err := f.variant(stack.Auto); {
			case err != nil:
				return err
			case program != "":
				return a.become(cmd.Context(), program)
			}
			file, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("can't read %s: %w", args[0], reason(err))
			}
			defer file.Close()
			_, h, err := history.Read(file)
			if err != nil {
				return fmt.Errorf("can't read %s: %w", args[0], err)
			}
			view := invariant.NewView(h)
			for _, inv := range checks {
				a.finding(inv.Name, inv.On(view))
			}
			return nil
		},
	}
	// Not a flag of comma-separated values: parameters have their own commas.
	f.register(cmd)
	cmd.Flags().StringArrayVar(&specs, "invariant", nil, "invariant to check; may be given several times")
	return cmd
}

func (a *app) finding(name string, f invariant.Finding) {
	fmt.Fprintf(a.out, "%s  %s  %s\n", report.StyleFor(a.out).Status(f.Status), name, f.Evidence)
	if len(f.Ops) > 0 {
		fmt.Fprintf(a.out, "          operations: %s\n", strings.Join(f.Ops, ", "))
	}
	a.settle(map[invariant.Status]run.Verdict{invariant.Holds: run.Pass, invariant.Violated: run.Fail,
		invariant.Unknown: run.Unknown}[f.Status])
}

// checkers lists the checkers with their parameters and an example.
func checkers() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, c := range invariant.All {
		fmt.Fprintf(w, "  %s\t%s\t%s\n", c.Name, c.Params, c.Example)
	}
	w.Flush()
	return b.String()
}
