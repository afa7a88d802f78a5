package fault

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/nearest"
	"github.com/crashlab/crashlab/pkg/stack"
)

// CrashPoints is a process whose code marks the places at which a crash would matter.
type CrashPoints interface {
	// ArmCrash has the process die when it next passes point. fired is closed when it has;
	// disarm takes the order back.
	ArmCrash(point string) (fired <-chan struct{}, disarm func())
}

// CrashAt has an instance die exactly when it next passes a crash point of its code, such as
// "effect done, message not deleted". It is started again when the fault is over.
type CrashAt struct {
	Instance string
	Point    string
}

func (f CrashAt) Requested() string { return fmt.Sprintf("%s: crash at %q", f.Instance, f.Point) }

func (f CrashAt) Inject(_ context.Context, s *Surface) (Injection, error) {
	p, ok := s.Processes[f.Instance]
	if !ok {
		return nil, fmt.Errorf("crash %s: no such instance; %s", f.Instance, nearest.Suggest(f.Instance, s.Instances))
	}
	points, ok := p.(CrashPoints)
	if !ok {
		return nil, fmt.Errorf("crash %s at %q: it has no crash points", f.Instance, f.Point)
	}
	fired, disarm := points.ArmCrash(f.Point)
	return &crash{f, p, fired, disarm}, nil
}

// crash is CrashAt at work.
type crash struct {
	fault  CrashAt
	proc   stack.Process
	fired  <-chan struct{}
	disarm func()
}

func (c *crash) Measure(context.Context) (Measurement, error) {
	select {
	case <-c.fired:
		return Measurement{Acted: true, Text: fmt.Sprintf("%s died at %q", c.fault.Instance, c.fault.Point)}, nil
	default:
		return Measurement{Text: fmt.Sprintf("%s has not passed %q", c.fault.Instance, c.fault.Point)}, nil
	}
}

func (c *crash) Revert(ctx context.Context) error {
	c.disarm()
	if err := c.proc.Start(ctx); err != nil {
		return fmt.Errorf("bring back %s: %w", c.fault.Instance, err)
	}
	return nil
}
