package process

import (
	"context"
	"fmt"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/nearest"
	"github.com/crashlab/crashlab/pkg/stack"
)

// CrashAt makes an instance die exactly when it next passes a crash point of its code, such as "effect done,
// message not deleted". It is restarted at the end of the fault.
type CrashAt struct {
	Instance string
	Point    string
}

// Kind returns the catalog's entry.
func (CrashAt) Kind() fault.Kind {
	return fault.Kind{Name: "crash", Needs: "instance", Says: "dies exactly when it next passes a crash point of its code",
		Example: `billing-1:crash="before ack"@2s..4s`, Target: "Instance", Value: "Point"}
}

func (f CrashAt) Requested() string { return fmt.Sprintf("%s: crash at %q", f.Instance, f.Point) }

func (f CrashAt) Inject(_ context.Context, s *fault.Surface) (fault.Injection, error) {
	p, ok := s.Processes[f.Instance]
	if !ok {
		return nil, fmt.Errorf("crash %s: no such instance; %s", f.Instance, nearest.Suggest(f.Instance, s.Instances))
	}
	points, ok := p.(fault.CrashPoints)
	if !ok {
		return nil, fmt.Errorf("crash %s at %q: it has no crash points", f.Instance, f.Point)
	}
	fired, disarm := points.ArmCrash(f.Point)
	return &crash{f, s, p, fired, disarm}, nil
}

// crash is an active CrashAt.
type crash struct {
	fault   CrashAt
	surface *fault.Surface
	proc    stack.Process
	fired   <-chan struct{}
	disarm  func()
}

func (c *crash) Measure(context.Context) (fault.Measurement, error) {
	select {
	case <-c.fired:
		return fault.Measurement{Acted: true, Text: fmt.Sprintf("%s died at %q", c.fault.Instance, c.fault.Point)}, nil
	default:
		return fault.Measurement{Text: fmt.Sprintf("%s has not passed %q", c.fault.Instance, c.fault.Point)}, nil
	}
}

func (c *crash) Revert(ctx context.Context) error {
	c.disarm()
	if err := c.proc.Start(ctx); err != nil {
		return fmt.Errorf("bring back %s: %w", c.fault.Instance, err)
	}
	return nil
}

// Left asks the instance, which must run again.
func (c *crash) Left(ctx context.Context) (fault.Measurement, error) {
	if err := works(ctx, c.surface, c.fault.Instance); err != nil {
		return fault.Measurement{Acted: true, Text: fmt.Sprintf("%s does not run: %v", c.fault.Instance, err)}, nil
	}
	return fault.Measurement{Text: c.fault.Instance + " runs"}, nil
}
