// Package labtest runs a lab on the embedded stack, for its tests: that its designs under its faults do
// what is predicted of them, which every lab has, and what they do under a schedule of the test's own.
package labtest

import (
	"context"
	"os"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
)

// Predictions runs every fault of the lab on all its designs, a short run each, and fails where the
// verdict is not pass, or where a design does not cost what it declares; then, and under -v, it prints
// the report. Under the race detector it carries all out and judges nothing.
func Predictions(t *testing.T, l lab.Spec) {
	ctx, st := start(t, l)
	for _, f := range l.Faults {
		t.Run(f.Name, func(t *testing.T) {
			r, err := run.Run(ctx, config(l, st, f))
			if err != nil {
				t.Fatal(err)
			}
			if !judged {
				return
			}
			if r.Verdict != run.Pass {
				t.Errorf("verdict %s", r.Verdict)
			}
			if f.Name == l.Faults[0].Name {
				costs(t, l, r.Cases)
			}
			if r.Verdict != run.Pass || testing.Verbose() {
				_ = report.Terminal(os.Stdout, report.Plain, l, r) // stdout is there
			}
		})
	}
}

// Schedule runs a schedule of faults on all designs of the lab, a short run, and returns what came of
// each. Nothing is predicted of it; [Found] tells what is to be found all the same. Under the race
// detector the test ends there.
func Schedule(t *testing.T, l lab.Spec, schedule string) []run.Case {
	t.Helper()
	ctx, st := start(t, l)
	cfg := config(l, st, lab.Fault{Name: "schedule"})
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

// Found fails where an invariant of the case says anything else, or the fault was not seen to act.
func Found(t *testing.T, c run.Case, want lab.Expectation) {
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
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
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

func config(l lab.Spec, st *stack.Stack, f lab.Fault) run.Config {
	return run.Config{Lab: l, Designs: l.Designs, Fault: f, Stack: st, Seed: 1, Short: true}
}
