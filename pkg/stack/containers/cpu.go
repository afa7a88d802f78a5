package containers

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/crashlab/crashlab/pkg/stack"
)

var _ stack.CPULimiter = (*process)(nil)

// cpuLimits is what faults keep a container's CPU time to.
type cpuLimits struct {
	mu     sync.Mutex
	active []*cpuLimit
	before container.Resources // before the first of them
}

// cpuLimit is one CFS quota.
type cpuLimit struct{ quota, period time.Duration }

// cpus is how many CPUs' time it allows.
func (l *cpuLimit) cpus() float64 { return float64(l.quota) / float64(l.period) }

// LimitCPU gives the container a CFS quota.
func (p *process) LimitCPU(ctx context.Context, quota, period time.Duration) (lift func(context.Context) error, err error) {
	p.cpu.mu.Lock()
	defer p.cpu.mu.Unlock()
	if len(p.cpu.active) == 0 {
		r, err := p.engine.docker.ContainerInspect(ctx, p.id, client.ContainerInspectOptions{})
		if err != nil {
			return nil, fmt.Errorf("inspect %s: %w", p.name, err)
		}
		p.cpu.before = r.Container.HostConfig.Resources
	}
	l := &cpuLimit{quota, period}
	if own := cpusOf(p.cpu.before); own > 0 && own <= l.cpus() {
		return nil, fmt.Errorf("limit %s to %.3g CPUs: it is limited to %.3g as it is", p.name, l.cpus(), own)
	}
	if err := p.setCPULimits(ctx, append(slices.Clip(p.cpu.active), l)); err != nil {
		return nil, err
	}
	return func(ctx context.Context) error {
		p.cpu.mu.Lock()
		defer p.cpu.mu.Unlock()
		if !slices.Contains(p.cpu.active, l) {
			return nil
		}
		return p.setCPULimits(ctx, slices.DeleteFunc(slices.Clone(p.cpu.active), func(other *cpuLimit) bool { return l == other }))
	}, nil
}

// setCPULimits puts the tightest of the limits into force. p.cpu.mu is held.
func (p *process) setCPULimits(ctx context.Context, limits []*cpuLimit) error {
	var tightest *cpuLimit
	if len(limits) > 0 {
		tightest = slices.MinFunc(limits, func(a, b *cpuLimit) int { return cmp.Compare(a.cpus(), b.cpus()) })
	}
	if err := p.update(ctx, cpuResources(p.cpu.before, tightest)); err != nil {
		return err
	}
	p.cpu.active = limits
	return nil
}

// cpusOf returns to how many CPUs a container is limited; 0 means not at all.
func cpusOf(r container.Resources) float64 {
	if r.NanoCPUs > 0 {
		return float64(r.NanoCPUs) / 1e9
	}
	return float64(max(r.CPUQuota, 0)) / float64(cmp.Or(r.CPUPeriod, cfsPeriod.Microseconds()))
}

// cfsPeriod is CFS's own.
const cfsPeriod = 100 * time.Millisecond

// cpuResources returns what to tell the engine so that a limit holds, or where there is none what
// was before. Docker refuses a quota where --cpus was given, and the other way round.
func cpuResources(before container.Resources, l *cpuLimit) container.Resources {
	switch {
	case l != nil && before.NanoCPUs > 0:
		return container.Resources{NanoCPUs: int64(1e9 * l.cpus())}
	case l != nil:
		return container.Resources{CPUQuota: l.quota.Microseconds(), CPUPeriod: l.period.Microseconds()}
	case before.NanoCPUs > 0:
		return container.Resources{NanoCPUs: before.NanoCPUs}
	}
	// 0 would mean no change, and -1 is without limit.
	return container.Resources{CPUQuota: cmp.Or(before.CPUQuota, -1), CPUPeriod: cmp.Or(before.CPUPeriod, cfsPeriod.Microseconds())}
}

// update changes the limits of the container. What the engine warns of, a kernel without CFS
// quotas, it has not done.
func (p *process) update(ctx context.Context, r container.Resources) error {
	done, err := p.engine.docker.ContainerUpdate(ctx, p.id, client.ContainerUpdateOptions{Resources: &r})
	if err == nil && len(done.Warnings) > 0 {
		err = errors.New(strings.Join(done.Warnings, "; "))
	}
	if err != nil {
		return fmt.Errorf("limit %s: %w", p.name, err)
	}
	return nil
}

// Throttling reads the container's cgroup.
func (p *process) Throttling(ctx context.Context) (stack.Throttling, error) {
	s, err := p.stats(ctx)
	if err != nil {
		return stack.Throttling{}, err
	}
	t := s.CPUStats.ThrottlingData
	return stack.Throttling{Periods: int64(t.Periods), Throttled: int64(t.ThrottledPeriods), Time: time.Duration(t.ThrottledTime)}, nil
}

// stats asks the engine what its cgroup says of the container.
func (p *process) stats(ctx context.Context) (container.StatsResponse, error) {
	var s container.StatsResponse
	r, err := p.engine.docker.ContainerStats(ctx, p.id, client.ContainerStatsOptions{})
	if err == nil {
		err = errors.Join(json.NewDecoder(r.Body).Decode(&s), r.Body.Close())
	}
	if err != nil {
		return s, fmt.Errorf("read usage of %s: %w", p.name, err)
	}
	return s, nil
}
