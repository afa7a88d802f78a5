package cache

import (
	"context"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/report"
	"github.com/crashlab/crashlab/pkg/run"
	"github.com/crashlab/crashlab/pkg/stack/embedded"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// Every design under every fault does what is predicted of it.
func TestPredictionsHold(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	defer cancel()
	st, err := embedded.Start(ctx, Lab.Needs, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := st.Close(context.WithoutCancel(ctx)); err != nil {
			t.Error(err)
		}
	}()
	for _, f := range Lab.Faults {
		t.Run(f.Name, func(t *testing.T) {
			r, err := run.Run(ctx, run.Config{Lab: Lab, Designs: Lab.Designs, Fault: f, Stack: st, Seed: 1, Short: true})
			if err != nil {
				t.Fatal(err)
			}
			if r.Verdict != run.Pass {
				t.Errorf("verdict %s", r.Verdict)
			}
			if r.Verdict != run.Pass || testing.Verbose() {
				report.Terminal(os.Stdout, report.Plain, Lab, r)
			}
		})
	}
}
