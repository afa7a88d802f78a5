package containers

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/moby/moby/api/types/container"

	"github.com/crashlab/crashlab/pkg/stack"
)

var _ stack.MemoryLimiter = (*process)(nil)

// LimitMemory limits the container's memory and swap. The least is 6 MiB, which is Docker's. Version 1 of
// cgroups refuses a limit below what the container uses.
func (p *process) LimitMemory(ctx context.Context, bytes int64) (lift func(context.Context) error, err error) {
	if p.engine.limitErr != nil {
		return nil, p.engine.limitErr
	}
	back, err := p.memory.add(ctx, p, memoryLimit(bytes))
	if err != nil {
		if m, merr := p.Memory(ctx); merr == nil && m.Used > bytes {
			return nil, fmt.Errorf("%s uses %d bytes, and can't be limited to the %d asked for", p.name, m.Used, bytes)
		}
		return nil, err
	}
	return func(ctx context.Context) error {
		if err := back(ctx); err != nil {
			return err
		}
		return p.revive(ctx)
	}, nil
}

// revive restarts a container that the OOM killer ended, or whose serving process it ended.
func (p *process) revive(ctx context.Context) error {
	once, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	if p.ready(once) == nil {
		return nil
	}
	s, err := p.state(ctx)
	if err != nil || !s.OOMKilled || s.Paused {
		return err // another fault has stopped it and will restart it
	}
	return errors.Join(p.Kill(ctx), p.Start(ctx))
}

// Memory reads the container's cgroup.
func (p *process) Memory(ctx context.Context) (stack.Memory, error) {
	s, err := p.state(ctx)
	if err != nil {
		return stack.Memory{}, err
	}
	usage, err := p.stats(ctx)
	if err != nil {
		return stack.Memory{}, err
	}
	u := usage.MemoryStats
	m := stack.Memory{Used: int64(u.Usage), Limit: int64(min(u.Limit, math.MaxInt64)), Full: int64(u.Failcnt)}
	if s.OOMKilled {
		// The engine keeps the flag on a container that was restarted; then this is the time of its last
		// death. If it never died, the OOM killer ended another of its processes.
		m.OOMKilled, err = time.Parse(time.RFC3339Nano, s.FinishedAt)
	}
	return m, err
}

// memoryLimit is a number of bytes, swap included.
type memoryLimit int64

func (l memoryLimit) amount() float64 { return float64(l) }

func (memoryLimit) own(r container.Resources) float64 { return float64(r.Memory) }

// unlimited is a number of bytes that no container reaches. Docker has no other way to lift a limit: 0 means
// no change, and -1 is refused.
const unlimited = math.MaxInt64 / 2

func (l memoryLimit) resources(before container.Resources) container.Resources {
	switch {
	case l > 0:
		return container.Resources{Memory: int64(l), MemorySwap: int64(l)}
	case before.Memory == 0:
		return container.Resources{Memory: unlimited, MemorySwap: math.MaxInt64}
	case before.MemorySwap <= 0:
		return container.Resources{Memory: before.Memory, MemorySwap: math.MaxInt64}
	}
	return container.Resources{Memory: before.Memory, MemorySwap: before.MemorySwap}
}
