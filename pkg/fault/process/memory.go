package process

import (
	"context"
	"errors"
	"fmt"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
	"github.com/crashlab/crashlab/pkg/stack"
)

// Memory limits a process's memory, as a cgroup does. The kernel reclaims what it can. When that is not
// enough, its OOM killer ends the process, which is restarted at the end of the fault. It only works on
// containers: what runs in this process has no memory of its own.
//
// A process's memory differs by image and by how long it has run. BytesLess has an effect in any case, since
// it is relative.
type Memory struct {
	Process   string // dependency or node; "kafka" means all its nodes
	Bytes     int64  // swap included
	BytesLess int64  // instead of Bytes: that much less than its use at the injection
}

// Kind returns the catalog's entry.
func (Memory) Kind() fault.Kind {
	return fault.Kind{Name: "memory", Needs: "process",
		Says: "kept to so many bytes of memory, or to so many less than it has, and killed where it needs more; " +
			"containers only",
		Example: "kafka:memory,bytes-less=1MB@2s..5s", Target: "Process", Value: "Bytes"}
}

// OnProcess returns the process's name.
func (f Memory) OnProcess() string { return f.Process }

func (f Memory) Requested() string {
	if f.BytesLess > 0 {
		return f.Process + ": memory limited to " + say.Size(f.BytesLess) + " less than it has"
	}
	return f.Process + ": memory limited to " + say.Size(f.Bytes)
}

// Validate returns an error for invalid settings.
func (f Memory) Validate() error {
	switch {
	case f.Bytes < 0 || f.BytesLess < 0 || f.Bytes+f.BytesLess == 0:
		return fmt.Errorf("memory: %d bytes: want more than 0", min(f.Bytes, f.BytesLess))
	case f.Bytes > 0 && f.BytesLess > 0:
		return errors.New("memory: want either how many bytes are left or how many less they are, not both")
	}
	return nil
}

// limit returns the limit in bytes for a process that uses that many.
func (f Memory) limit(used int64) (int64, error) {
	if f.BytesLess == 0 {
		return f.Bytes, nil
	}
	if f.BytesLess >= used {
		return 0, fmt.Errorf("it uses %s, and can't have %s less", say.Size(used), say.Size(f.BytesLess))
	}
	return used - f.BytesLess, nil
}

func (f Memory) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	const needs = "a memory limit needs a dependency with --backend containers"
	names, err := named(s, "limit memory of", f.Process)
	if err != nil {
		return nil, fmt.Errorf("%w; %s", err, needs)
	}
	o := &onMemory{}
	for _, name := range names {
		p, ok := s.Processes[name].(stack.MemoryLimiter)
		if !ok {
			return nil, fmt.Errorf("limit memory of %s: it shares this process's memory; %s", name, needs)
		}
		o.names, o.processes = append(o.names, name), append(o.processes, p)
	}
	for i, p := range o.processes {
		if err := o.limit(ctx, p, f); err != nil {
			return nil, fmt.Errorf("limit memory of %s: %w", names[i], errors.Join(err, takeBack(ctx, o)))
		}
	}
	return o, nil
}

// onMemory is an active Memory.
type onMemory struct {
	names     []string
	processes []stack.MemoryLimiter
	was       []stack.Memory // at the injection
	limits    []int64        // in bytes
	lifts     []func(context.Context) error
	latest    latest
}

// limit limits the next of the processes.
func (o *onMemory) limit(ctx context.Context, p stack.MemoryLimiter, f Memory) error {
	was, err := p.Memory(ctx)
	if err != nil {
		return err
	}
	limit, err := f.limit(was.Used)
	if err != nil {
		return err
	}
	lift, err := p.LimitMemory(ctx, limit)
	if err != nil {
		return err
	}
	o.was, o.limits, o.lifts = append(o.was, was), append(o.limits, limit), append(o.lifts, lift)
	return nil
}

// Measure sees the effect if every process has reached its limit or died of it. A limit that is not reached
// changes nothing.
func (o *onMemory) Measure(ctx context.Context) (fault.Measurement, error) {
	seen := make([]fault.Measurement, len(o.processes))
	for i, p := range o.processes {
		is, err := p.Memory(ctx)
		if err != nil {
			return o.latest.update(ctx, fault.Measurement{}, err)
		}
		seen[i] = judgeMemory(o.was[i], is, o.limits[i])
	}
	return o.latest.update(ctx, together(o.names, seen), nil)
}

// judgeMemory compares a process's memory before with its memory under a limit.
func judgeMemory(was, is stack.Memory, limit int64) fault.Measurement {
	full := is.Full - was.Full
	if full < 0 {
		full = is.Full // it was restarted, and its counter began at 0
	}
	text := fmt.Sprintf("%s of %s used, ", say.Size(is.Used), say.Size(is.Limit))
	switch {
	case !is.OOMKilled.Equal(was.OOMKilled):
		return fault.Measurement{Acted: true, Text: "killed by the OOM killer"}
	case is.Limit == 0:
		return fault.Measurement{Text: "it does not run"}
	case is.Limit > limit:
		return fault.Measurement{Text: text + "the limit is not in force"}
	case was.Used > is.Limit && is.Used <= is.Limit:
		return fault.Measurement{Acted: true, Text: fmt.Sprintf("%s%s taken back", text, say.Size(was.Used-is.Used))}
	case full == 0 && is.Used < is.Limit/100*99:
		return fault.Measurement{Text: text + "the limit was not reached"}
	case full == 0:
		return fault.Measurement{Acted: true, Text: text + "at the limit"}
	}
	return fault.Measurement{Acted: true, Text: fmt.Sprintf("%sat the limit %d times", text, full)}
}

// Revert lifts every limit, even if some fail.
func (o *onMemory) Revert(ctx context.Context) error {
	var errs []error
	for i, lift := range o.lifts {
		if err := lift(ctx); err != nil {
			errs = append(errs, fmt.Errorf("lift memory limit of %s: %w", o.names[i], err))
		}
	}
	return errors.Join(errs...)
}

// Left reads the limits. Each process must run, and have a higher limit.
func (o *onMemory) Left(ctx context.Context) (fault.Measurement, error) {
	seen, left := make([]fault.Measurement, len(o.processes)), false
	for i, p := range o.processes {
		is, err := p.Memory(ctx)
		if err != nil {
			return fault.Measurement{}, err
		}
		seen[i].Text = fmt.Sprintf("%s of %s used", say.Size(is.Used), say.Size(is.Limit))
		left = left || is.Limit <= o.limits[i] // 0 where it does not run
	}
	m := together(o.names, seen)
	m.Acted = left
	return m, nil
}
