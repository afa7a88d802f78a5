package run

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/crash"
	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/catalog"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/usage"
)

// experiment is a running case.
type experiment struct {
	cfg    Config
	plan   plan
	run    string // its id
	design lab.Design
	log    *zap.Logger

	rec       *history.Recorder
	env       *lab.Env
	system    *lab.System
	load      *load.Load
	loadStart time.Time
	before    usage.Counts  // total at the begin of the load
	handled   usage.Handled // the same
	result    Case

	stopGauge func()
}

func newExperiment(cfg Config, plan plan, id string, design lab.Design) *experiment {
	log := cfg.Log.Named(lab.Label(design.Name, design.Off()))
	rec := history.NewRecorder(time.Now())
	return &experiment{
		cfg: cfg, plan: plan, run: id, design: design, log: log, rec: rec,
		env:       lab.NewEnv(prefix(id, design), cfg.Seed, plan.Load.Rate, cfg.Stack, rec, log),
		result:    Case{Design: design.Name, Without: design.Off(), Fault: Injection{Name: cfg.Fault.Name}},
		stopGauge: func() {},
	}
}

// startTime is how long a design may take to start, and an operation to succeed on it. Real AWS needs half a minute
// for a stream alone.
func startTime(st *stack.Stack) time.Duration {
	if st.Account != "" {
		return 2 * time.Minute
	}
	return 30 * time.Second
}

// recoverTime is how long after the fault an operation may take to succeed.
const recoverTime = 5 * time.Second

func (x *experiment) start(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime(x.cfg.Stack))
	defer cancel()
	var err error
	x.system, err = x.design.Up(ctx, x.env)
	x.result.Instances = slices.Clone(x.env.Surface.Instances)
	if err == nil && x.system.Do == nil {
		err = errors.New("the design declares no client")
	}
	if err == nil {
		x.load = load.New(x.plan.Load, x.rec, x.taint, x.system.Do)
		x.shiftTraffic()
	}
	if err != nil || x.cfg.Schedule == "" {
		return err
	}
	// Only now are the design's names known.
	_, err = catalog.ParseSchedule(x.cfg.Schedule, x.cfg.Seed, x.env.Targets()...)
	return err
}

// shiftTraffic makes switches of the workload's shifts. If the design has a switch of that name, it is turned
// on before the traffic and off after it.
func (x *experiment) shiftTraffic() {
	for name, shift := range x.load.Shifts() {
		design := x.env.Surface.Switches[name]
		x.env.Switch(name, fault.Switchable{
			On: func(ctx context.Context) error {
				if design.On != nil {
					if err := design.On(ctx); err != nil {
						return err
					}
				}
				shift.Set(true)
				return nil
			},
			Off: func(ctx context.Context) error {
				shift.Set(false)
				if design.Off == nil {
					return nil
				}
				return design.Off(ctx)
			},
			Measure: func(context.Context) (fault.Measurement, error) {
				text, acted := shift.Seen()
				return fault.Measurement{Acted: acted, Text: text}, nil
			},
			Left: design.Left,
		})
	}
}

// warmUp sends operations until one succeeds and its work is done: a fault in a system that was unhealthy
// before, or still starting, would prove nothing. They are recorded like all others.
func (x *experiment) warmUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTime(x.cfg.Stack))
	defer cancel()
	if err := x.untilHealthy(ctx, "warm-up"); err != nil || x.system.Backlog == nil {
		return err
	}
	return lab.Poll(ctx, "its work is done", func(ctx context.Context) (bool, error) {
		n, err := x.system.Backlog(ctx)
		return err == nil && n == 0, err
	})
}

// recover checks whether the system is healthy after the fault. If not, the failure outlasts its cause. The
// invariants judge that; it is no reason to stop here.
func (x *experiment) recover(ctx context.Context) error {
	limited, cancel := context.WithTimeout(ctx, recoverTime)
	defer cancel()
	x.result.Fault.Healthy = x.untilHealthy(limited, "after") == nil
	return ctx.Err()
}

func (x *experiment) untilHealthy(ctx context.Context, name string) error {
	tries := 0
	return lab.Poll(ctx, "an operation succeeds", func(ctx context.Context) (bool, error) {
		tries++
		err := x.load.Canary(ctx, fmt.Sprintf("%s-%s-%d", x.plan.Load.Name, name, tries), name)
		return err == nil, err
	})
}

// drive sends the workload and meanwhile injects the fault, measures it and reverts it.
func (x *experiment) drive(ctx context.Context) error {
	x.before, x.handled = x.env.Usage.Counts(), x.env.Usage.Handled()
	x.env.Usage.StartTiming()
	x.loadStart = time.Now()
	x.rec.Start(x.loadStart)
	x.rec.Mark(history.LoadStart, "")
	x.watchBacklog(ctx)
	heard, err := x.listen()
	if err != nil {
		return err
	}

	var wg sync.WaitGroup
	var seen []sighting
	var failed error
	wg.Go(func() {
		defer crash.Guard()
		seen, failed = x.disturb(ctx)
	})
	x.load.Run(ctx, x.loadStart)
	x.rec.Mark(history.LoadEnd, "")
	heard()
	wg.Wait()
	if failed == nil {
		x.takenBack(ctx, seen)
	}
	x.sum(seen)
	return failed
}

func (x *experiment) taint(seq int) string { return string(x.env.Surface.Data.Decide(seq)) }

// close stops everything of the case. It can be called after any step.
func (x *experiment) close(ctx context.Context) error {
	x.stopGauge()
	if err := x.env.Close(ctx); err != nil {
		return fmt.Errorf("clean up after %s: %w", x.result.Label(), err)
	}
	return nil
}
