package run

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/stack"
)

// resting returns a case whose load is over, of a system that answers and has work left as given.
func resting(do load.Do, backlog func() int) *experiment {
	x := &experiment{
		cfg: Config{Stack: &stack.Stack{}}, log: zap.NewNop(), rec: history.NewRecorder(time.Now()), loadStart: time.Now(),
		stopGauge: func() {},
	}
	x.plan = plan{Load: load.Config{Name: "put", Rate: 1, Duration: 8 * time.Second}, Settle: time.Second}
	x.system = &lab.System{Do: do, Backlog: func(context.Context) (int, error) { return backlog(), nil }}
	x.load = load.New(x.plan.Load, x.rec, nil, do)
	return x
}

func idle() int { return 0 }

// failing fails until a time has passed.
func failing(until time.Duration) load.Do {
	start := time.Now()
	return func(context.Context, load.Op) (string, error) {
		if time.Since(start) < until {
			return "", errors.New("down")
		}
		return "", nil
	}
}

// A system is healthy after the fault if an operation succeeds in time.
func TestRecover(t *testing.T) {
	for down, healthy := range map[time.Duration]bool{0: true, recoverTime * 9 / 10: true, 2 * recoverTime: false} {
		synctest.Test(t, func(t *testing.T) {
			x := resting(failing(down), idle)
			if err := x.recover(t.Context()); err != nil || x.result.Fault.Healthy != healthy {
				t.Errorf("down for %v: healthy: %t, %v; want %t", down, x.result.Fault.Healthy, err, healthy)
			}
		})
	}
}

// The load begins once an operation has succeeded and its work is done.
func TestWarmUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start, busy := time.Now(), 3*time.Second
		x := resting(failing(time.Second), func() int { return int(max(0, busy-time.Since(start))) })
		if err := x.warmUp(t.Context()); err != nil || time.Since(start) < busy {
			t.Errorf("warm after %v, %v; its work takes %v", time.Since(start), err, busy)
		}
		x = resting(failing(2*startTime(x.cfg.Stack)), idle)
		if err := x.warmUp(t.Context()); err == nil {
			t.Error("no operation has succeeded, and that is no error")
		}
	})
}

// A backlog that falls slowly may take as long as it needs, and one that stands still is given up.
func TestDrainWaitsWhileTheBacklogFalls(t *testing.T) {
	for name, c := range map[string]struct {
		most, least int // what is left at first, and at last
		each, want  time.Duration
	}{
		"slowly":  {20, 0, 900 * time.Millisecond, 18 * time.Second},
		"stuck":   {20, 15, 900 * time.Millisecond, 5500 * time.Millisecond}, // a second after the last headway
		"nothing": {0, 0, time.Second, 0},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			x := resting(failing(0), func() int { return max(c.least, c.most-int(time.Since(start)/c.each)) })
			if err := x.drain(t.Context()); err != nil || !history.Marked(x.rec.Snapshot(), history.Drained) {
				t.Errorf("%s: not marked as drained, or %v", name, err)
			}
			if took := time.Since(start); (took - c.want).Abs() > 100*time.Millisecond {
				t.Errorf("%s: drained for %v, want %v", name, took, c.want)
			}
		})
	}
}

// A drain that is interrupted leaves the record incomplete: what is missing from it may have been on its way.
func TestAnInterruptedDrainIsNotMarked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		x := resting(failing(0), func() int { return 1 })
		if err := x.drain(ctx); err == nil || history.Marked(x.rec.Snapshot(), history.Drained) {
			t.Errorf("marked as drained, or no error: %v", err)
		}
	})
}

// stubborn is a fault that can be reverted, or measured after its revert, only once a time has passed.
type stubborn struct {
	amnesia
	revert, left load.Do
}

func (s stubborn) Revert(ctx context.Context) error {
	_, err := s.revert(ctx, load.Op{})
	return err
}

func (s stubborn) Left(ctx context.Context) (fault.Measurement, error) {
	_, err := s.left(ctx, load.Op{})
	return fault.Measurement{}, err
}

// A revert is tried again as long as another fault may be what prevents it.
func TestRevertWaitsForOtherFaults(t *testing.T) {
	for faults, works := range map[int]bool{1: false, 2: true} {
		synctest.Test(t, func(t *testing.T) {
			x := resting(failing(0), idle)
			x.plan.Faults = make(fault.Schedule, faults)
			if err := x.revert(t.Context(), stubborn{revert: failing(time.Second)}); (err == nil) != works {
				t.Errorf("%d faults: %v; reverted in the end: want %t", faults, err, works)
			}
		})
	}
}

// Who can't tell what is left of a fault has not seen it over.
func TestAFaultIsOverOnceThatIsMeasured(t *testing.T) {
	for blind, over := range map[time.Duration]bool{leftTime / 2: true, 2 * leftTime: false} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), leftTime)
			defer cancel()
			s := sighting{state: Installed, injection: stubborn{left: failing(blind)}}
			if s.await(ctx); (s.state == Installed) != over {
				t.Errorf("after %v of errors: %s, %q; want it to be over: %t", blind, s.state, s.reverted, over)
			}
		})
	}
}
