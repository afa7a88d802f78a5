package containers

import (
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
)

// limit is a limit on one resource of a container. The zero value is none.
type limit interface {
	comparable
	// amount is how much it leaves; 0 means no limit.
	amount() float64
	// own returns the limit that a container already has.
	own(r container.Resources) float64
	// resources returns the engine's settings for this limit; for none, those of before.
	resources(before container.Resources) container.Resources
}

// limits holds the limits that faults have put on one resource of a container.
type limits[L limit] struct {
	mu     sync.Mutex
	active []*L                // pointers, so that of two equal ones the right one is lifted
	before container.Resources // before the first limit
}

// add puts a limit on p. lift removes it and is idempotent.
func (l *limits[L]) add(ctx context.Context, p *process, added L) (lift func(context.Context) error, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.active) == 0 {
		if l.before, err = p.resources(ctx); err != nil {
			return nil, err
		}
	}
	if own := added.own(l.before); own > 0 && own <= added.amount() {
		return nil, fmt.Errorf("%s is limited to %g as it is", p.name, own)
	}
	active := append(slices.Clone(l.active), &added)
	if err := p.update(ctx, tightest(active).resources(l.before)); err != nil {
		return nil, err
	}
	l.active = active
	return func(ctx context.Context) error { return l.lift(ctx, p, &added) }, nil
}

func (l *limits[L]) lift(ctx context.Context, p *process, old *L) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	i := slices.Index(l.active, old)
	if i < 0 {
		return nil
	}
	active := slices.Delete(slices.Clone(l.active), i, i+1)
	if err := p.updateDying(ctx, tightest(active).resources(l.before)); err != nil {
		return err
	}
	l.active = active
	return nil
}

// tightest returns the limit that leaves least, or none.
func tightest[L limit](active []*L) (t L) {
	for _, l := range active {
		if t.amount() == 0 || (*l).amount() < t.amount() {
			t = *l
		}
	}
	return t
}

// resources returns the container's current limits.
func (p *process) resources(ctx context.Context) (container.Resources, error) {
	r, err := p.engine.docker.ContainerInspect(ctx, p.id, client.ContainerInspectOptions{})
	if err != nil {
		return container.Resources{}, fmt.Errorf("inspect %s: %w", p.name, err)
	}
	return r.Container.HostConfig.Resources, nil
}

// update changes the limits of the container. A warning means that the engine did not do it, for example on a
// kernel without CFS quotas: it counts as a failure.
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

// dyingWithin is how long the engine may take to notice that a container is dead. Until then it refuses to
// change its limits.
const dyingWithin = 2 * time.Second

// updateDying is update for a container that may be dying.
func (p *process) updateDying(ctx context.Context, r container.Resources) error {
	for end := time.Now().Add(dyingWithin); ; {
		err := p.update(ctx, r)
		if err == nil || time.Now().After(end) {
			return err
		}
		select {
		case <-time.After(askEvery):
		case <-ctx.Done():
			return err
		}
	}
}

// stats asks the engine for the container's cgroup. Engines read cgroups once a second, so the answer can
// take that long.
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
