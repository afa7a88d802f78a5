// Package labtest runs a lab on the embedded stack, for its tests. Every lab tests that its designs do under
// its faults what is predicted. A test can also run a schedule of its own.
package labtest

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
	"github.com/crashlab/crashlab/pkg/virtual"
)

// Predictions runs the lab's faults on all its designs, a short run each. It fails if the verdict is not
// pass, or if a design does not cost what it declares; then, and under -v, it prints the report. In virtual
// time it runs all faults with two seeds, each design also without each guard that falls under the fault, and the
// signature fault with three seeds more. In real time it runs only the signature fault, and repeats an unknown
// verdict of a busy machine, as smoke does. Under the race detector it runs all faults, some at once, and judges
// nothing.
func Predictions(t *testing.T, l lab.Spec) {
	if err := l.Validate(); err != nil {
		t.Fatal(err)
	}
	if !judged {
		race(t, l)
		return
	}
	ctx, st := start(t, l)
	for i, f := range faults(l) {
		t.Run(f.Name, func(t *testing.T) {
			for seed := uint64(1); seed <= seeds(i); seed++ {
				cfg := config(l, st, f, seed)
				if virtual.On && seed <= guardSeeds {
					for _, d := range l.Designs {
						cfg.Designs = append(cfg.Designs, d.Variants(f.Name)...)
					}
				}
				predict(ctx, t, cfg)
			}
		})
	}
}

// race runs all faults, each on a stack of its own.
func race(t *testing.T, l lab.Spec) {
	for _, f := range l.Faults {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			ctx, st := start(t, l)
			if _, err := run.Run(ctx, config(l, st, f, 1)); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func faults(l lab.Spec) []lab.Fault {
	if virtual.On {
		return append(slices.Clip(l.Faults), lab.NoFault)
	}
	return l.Faults[:1]
}

// seeds is with how many seeds the i-th fault runs; the signature fault is the first.
func seeds(i int) uint64 {
	if !virtual.On {
		return 1
	}
	if i == 0 {
		return guardSeeds + 3
	}
	return guardSeeds
}

// guardSeeds is with how many of the seeds each design also runs without its guards.
const guardSeeds = 2

// attempts is how often a run with an unknown verdict is made.
const attempts = 3

func predict(ctx context.Context, t *testing.T, cfg run.Config) {
	t.Helper()
	r, err := run.Again(attempts, func() (*run.Result, error) { return run.Run(ctx, cfg) })
	if err != nil {
		t.Fatal(err)
	}
	if r.Verdict != run.Pass || testing.Verbose() {
		_ = report.Terminal(os.Stdout, report.Plain, cfg.Lab, r) // stdout works
	}
	if r.Verdict != run.Pass {
		t.Fatalf("seed %d: verdict %s; no further seed is tried", cfg.Seed, r.Verdict)
	}
	if cfg.Fault.Name == cfg.Lab.Faults[0].Name {
		costs(t, cfg.Lab, r.Cases)
	}
}

// Schedule runs a schedule of faults on all designs of the lab, a short run, and returns their cases. Nothing
// is predicted of it; use [Found] to check a case. It is judged only in virtual time; under the race detector
// the test ends here.
func Schedule(t *testing.T, l lab.Spec, schedule string) []run.Case {
	t.Helper()
	if judged && !virtual.On {
		t.Skip("judged in virtual time")
	}
	ctx, st := start(t, l)
	cfg := config(l, st, lab.Fault{Name: "schedule"}, 1)
	cfg.Schedule = schedule
	r, err := run.Run(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	if !judged {
		t.Skip("carried out; under the race detector nothing is judged")
	}
	return r.Cases
}

// Found fails if an invariant of the case has another status, or if the fault was not seen to act.
func Found(t *testing.T, c run.Case, want map[string]invariant.Status) {
	t.Helper()
	if c.Fault.State != run.Installed {
		t.Errorf("%s: the fault is %s: %s", c.Design, c.Fault.State, c.Fault.Measured)
	}
	for _, j := range c.Invariants {
		if status, told := want[j.Name]; told && j.Got != status {
			t.Errorf("%s: %s is %s, want %s: %s", c.Design, j.Name, j.Got, status, j.Evidence)
		}
	}
}

// start starts an embedded stack that ends with the test.
func start(t *testing.T, l lab.Spec) (context.Context, *stack.Stack) {
	t.Helper()
	limit := 5 * time.Minute
	if virtual.On { // where hours take no time
		limit *= 1000
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	t.Cleanup(cancel)
	st, err := embedded.Start(ctx, l.Needs, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	})
	return ctx, st
}

func config(l lab.Spec, st *stack.Stack, f lab.Fault, seed uint64) run.Config {
	return run.Config{Lab: l, Designs: slices.Clip(l.Designs), Fault: f, Stack: st, Seed: seed, Short: true}
}
