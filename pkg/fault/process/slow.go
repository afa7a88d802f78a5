package process

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
	"github.com/crashlab/crashlab/pkg/stack"
)

// Slow leaves a process a share of the CPU, like a cgroup's CFS quota or a noisy neighbor: it runs until it
// has used its share of a period, and stands still until the period ends. A container gets a quota. What runs
// in this process is alternately frozen and thawed.
type Slow struct {
	Process string        // dependency, node or instance; "kafka" means all its nodes
	Share   float64       // of one CPU's time; more than 0, less than 1
	Period  time.Duration // of the quota; 0 means CFS's default, 100 ms
}

const (
	cfsPeriod = 100 * time.Millisecond
	minQuota  = time.Millisecond // the minimum of CFS
	maxPeriod = time.Second      // the most
)

// Kind returns the catalog's entry.
func (Slow) Kind() fault.Kind {
	return fault.Kind{Name: "slow", Needs: "process", Says: "left a share of a CPU, as by a CFS quota or a noisy neighbor",
		Example: "billing-1:slow=0.1@2s..5s", Target: "Process", Value: "Share"}
}

// OnProcess returns the process's name.
func (f Slow) OnProcess() string { return f.Process }

func (f Slow) Requested() string {
	in := ""
	if f.Period != 0 {
		in = ", in periods of " + say.Time(f.Period)
	}
	return fmt.Sprintf("%s: slowed to %.4g %% of a CPU%s", f.Process, 100*f.Share, in)
}

// quota returns how long the process runs in each period.
func (f Slow) quota() (quota, period time.Duration) {
	period = f.Period
	if period == 0 {
		period = cfsPeriod
	}
	return time.Duration(f.Share * float64(period)), period
}

// Validate returns an error for invalid settings.
func (f Slow) Validate() error {
	quota, period := f.quota()
	switch {
	case !(f.Share > 0 && f.Share < 1):
		return fmt.Errorf("slow: share %v: want more than 0, less than 1", f.Share)
	case period < 0 || period > maxPeriod:
		return fmt.Errorf("slow: period %v: want at most %v", period, maxPeriod)
	case quota < minQuota || period-quota < minQuota:
		return fmt.Errorf("slow: %v of every %v: want at least %v to run and to stand still", quota, period, minQuota)
	}
	return nil
}

func (f Slow) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	names, err := named(s, "slow", f.Process)
	if err != nil {
		return nil, err
	}
	o := &slowed{}
	for _, name := range names {
		b, err := f.brake(ctx, s, name)
		if err != nil {
			return nil, fmt.Errorf("slow %s: %w", name, errors.Join(err, takeBack(ctx, o)))
		}
		o.names, o.brakes = append(o.names, name), append(o.brakes, b)
	}
	return o, nil
}

// brake slows one process.
type brake interface {
	measure(ctx context.Context) (fault.Measurement, error)
	release(ctx context.Context) error // idempotent
	left(ctx context.Context) (fault.Measurement, error)
}

// brake slows one process by the means that it supports.
func (f Slow) brake(ctx context.Context, s *fault.Surface, name string) (brake, error) {
	quota, period := f.quota()
	a := askBefore(ctx, s, name)
	limiter, ok := s.Processes[name].(stack.CPULimiter)
	if !ok {
		return startDutyCycle(s.Freezer(name), quota, period, a), nil
	}
	was, err := limiter.Throttling(ctx)
	if err != nil {
		return nil, err
	}
	lift, err := limiter.LimitCPU(ctx, quota, period)
	if err != nil {
		return nil, err
	}
	return &cpuQuota{process: limiter, lift: lift, quota: quota, period: period, was: was, asked: a}, nil
}

// slowed is an active Slow.
type slowed struct {
	names  []string
	brakes []brake
	latest latest
}

// Measure sees the effect if every process was slow.
func (o *slowed) Measure(ctx context.Context) (fault.Measurement, error) {
	seen, err := o.each(func(b brake) (fault.Measurement, error) { return b.measure(ctx) })
	return o.latest.update(ctx, together(o.names, seen), err)
}

// Left asks whether a process is still held back.
func (o *slowed) Left(ctx context.Context) (fault.Measurement, error) {
	seen, err := o.each(func(b brake) (fault.Measurement, error) { return b.left(ctx) })
	m := together(o.names, seen)
	m.Acted = slices.ContainsFunc(seen, func(m fault.Measurement) bool { return m.Acted })
	return m, err
}

// each calls measure for all brakes at once.
func (o *slowed) each(measure func(brake) (fault.Measurement, error)) ([]fault.Measurement, error) {
	seen, errs := make([]fault.Measurement, len(o.brakes)), make([]error, len(o.brakes))
	var all sync.WaitGroup
	for i, b := range o.brakes {
		all.Go(func() { seen[i], errs[i] = measure(b) })
	}
	all.Wait()
	return seen, errors.Join(errs...)
}

// Revert releases every process, even if some fail.
func (o *slowed) Revert(ctx context.Context) error {
	var errs []error
	for i, b := range o.brakes {
		if err := b.release(ctx); err != nil {
			errs = append(errs, fmt.Errorf("release %s: %w", o.names[i], err))
		}
	}
	return errors.Join(errs...)
}

// together combines the measurements of several processes.
func together(names []string, seen []fault.Measurement) fault.Measurement {
	if len(seen) == 1 {
		return seen[0]
	}
	all, texts := true, make([]string, len(seen))
	for i, m := range seen {
		all = all && m.Acted
		texts[i] = names[i] + ": " + m.Text
	}
	return fault.Measurement{Acted: all, Text: strings.Join(texts, "; ")}
}
