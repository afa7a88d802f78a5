// Package labtest is the test that every lab has: its designs under its faults do what is predicted
// of them, on the embedded stack.
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
	"github.com/crashlab/crashlab/pkg/stack/embedded"
)

// Predictions runs every fault of the lab on all its designs, a short run each, and fails where the
// verdict is not pass; then, and under -v, it prints the report. Under the race detector it carries
// all out and judges nothing.
func Predictions(t *testing.T, l lab.Spec) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	st, err := embedded.Start(ctx, l.Needs, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	}()
	for _, f := range l.Faults {
		t.Run(f.Name, func(t *testing.T) {
			r, err := run.Run(ctx, run.Config{Lab: l, Designs: l.Designs, Fault: f, Stack: st, Seed: 1, Short: true})
			if err != nil {
				t.Fatal(err)
			}
			if !judged {
				return
			}
			if r.Verdict != run.Pass {
				t.Errorf("verdict %s", r.Verdict)
			}
			if r.Verdict != run.Pass || testing.Verbose() {
				_ = report.Terminal(os.Stdout, report.Plain, l, r) // stdout is there
			}
		})
	}
}
