package run

import (
	"context"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

// Measurement is what a design requested without a fault.
type Measurement struct {
	Case     Case          // without a verdict: nothing was judged
	Rate     float64       // operations a second that were sent
	Duration time.Duration // of the load
}

// measuring is an experiment without a fault, recovery or judgment.
var measuring = []step{
	{"start", (*experiment).start},
	{"warm up", (*experiment).warmUp},
	{"load", (*experiment).drive},
	{"drain", (*experiment).drain},
	{"count", (*experiment).audit},
	{"account", (*experiment).account},
}

// Measure puts every design under load as [Run] does, without a fault, and returns what each requested of its
// dependencies: Case.Usage, for Case.Operations. It fails as [Run] does.
func Measure(ctx context.Context, cfg Config) ([]Measurement, error) {
	if cfg.Log == nil {
		cfg.Log = zap.NewNop()
	}
	if cfg.Progress == nil {
		cfg.Progress = func(Progress) {}
	}
	plan, err := newPlan(cfg)
	if err != nil {
		return nil, err
	}
	plan.Faults = nil
	id := owner.NewID()
	var measured []Measurement
	err = onStack(ctx, cfg.Stack, stack.Use{Run: id}, func() error {
		cases, err := inTurns(ctx, cfg, plan, id, measuring)
		for _, c := range cases {
			measured = append(measured, Measurement{Case: c, Rate: plan.Load.Rate, Duration: plan.Load.Duration})
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return measured, nil
}
