package containers

import (
	"cmp"
	"context"
	"time"

	"github.com/moby/moby/api/types/container"

	"github.com/crashlab/crashlab/pkg/stack"
)

var _ stack.CPULimiter = (*process)(nil)

// LimitCPU gives the container a CFS quota.
func (p *process) LimitCPU(ctx context.Context,
	quota, period time.Duration) (lift func(context.Context) error, err error) {
	if p.engine.limitErr != nil {
		return nil, p.engine.limitErr
	}
	return p.cpu.add(ctx, p, cpuLimit{quota, period})
}

// Throttling reads the container's cgroup.
func (p *process) Throttling(ctx context.Context) (stack.Throttling, error) {
	s, err := p.stats(ctx)
	if err != nil {
		return stack.Throttling{}, err
	}
	t := s.CPUStats.ThrottlingData
	return stack.Throttling{
		Periods: int64(t.Periods), Throttled: int64(t.ThrottledPeriods), Time: time.Duration(t.ThrottledTime),
	}, nil
}

// cfsPeriod is CFS's own.
const cfsPeriod = 100 * time.Millisecond

// cpuLimit is a CFS quota.
type cpuLimit struct{ quota, period time.Duration }

// amount is how many CPUs the quota leaves.
func (l cpuLimit) amount() float64 {
	if l.quota == 0 {
		return 0
	}
	return float64(l.quota) / float64(l.period)
}

func (cpuLimit) own(r container.Resources) float64 {
	if r.NanoCPUs > 0 {
		return float64(r.NanoCPUs) / 1e9
	}
	return float64(max(r.CPUQuota, 0)) / float64(cmp.Or(r.CPUPeriod, cfsPeriod.Microseconds()))
}

// resources knows that Docker refuses a quota on a container with --cpus, and the other way round.
func (l cpuLimit) resources(before container.Resources) container.Resources {
	switch {
	case l.quota > 0 && before.NanoCPUs > 0:
		return container.Resources{NanoCPUs: int64(1e9 * l.amount())}
	case l.quota > 0:
		return container.Resources{CPUQuota: l.quota.Microseconds(), CPUPeriod: l.period.Microseconds()}
	case before.NanoCPUs > 0:
		return container.Resources{NanoCPUs: before.NanoCPUs}
	}
	// 0 would mean no change; -1 means no limit.
	return container.Resources{
		CPUQuota: cmp.Or(before.CPUQuota, -1), CPUPeriod: cmp.Or(before.CPUPeriod, cfsPeriod.Microseconds()),
	}
}
