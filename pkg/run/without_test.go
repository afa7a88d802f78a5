package run

import (
	"context"
	"testing"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/invariant"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// A design without a guard runs without it, beside the whole one, and is judged by what falls then.
func TestADesignRunsWithoutItsGuard(t *testing.T) {
	cfg := experimentOn(amnesia{does: func(*store, bool) {}, measure: func(context.Context) (fault.Measurement, error) {
		return fault.Measurement{Acted: true}, nil
	}}, nil)
	memory := lab.Guard{Name: "memory", Claim: "it remembers", Falls: lab.Falls{"amnesia": lab.Violated(conservation)}}
	also(&cfg, func(b *lab.Builder) {
		s, remembers := &store{rec: b.History}, b.Guarded(memory)
		s.forgets.Store(!remembers)
		b.Client(func(ctx context.Context, op load.Op) (string, error) { return s.put(ctx, op) })
	})
	whole := cfg.Designs[0]
	whole.Guards = []lab.Guard{memory}
	off, err := whole.Without("memory")
	if err != nil {
		t.Fatal(err)
	}
	cfg.Designs, cfg.Lab.Designs = []lab.Design{whole, off}, []lab.Design{whole}
	cfg.Lab.Expect["amnesia"]["store"] = lab.AllHold
	r := mustRun(t, cfg)
	want(t, r, Pass, "")
	for n, status := range []invariant.Status{invariant.Holds, invariant.Violated} {
		if j := r.Cases[n].Invariants[0]; j.Expected != status || j.Got != status {
			t.Errorf("%s: %s is expected and %s, want %s", r.Cases[n].Label(), j.Expected, j.Got, status)
		}
	}
}
