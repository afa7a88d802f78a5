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

// limit is what a container is kept to of one resource. The zero value is none.
type limit interface {
	comparable
	// amount is how much it leaves; 0 for none.
	amount() float64
	// own returns the limit that a container has by itself.
	own(r container.Resources) float64
	// resources is what to tell the engine so that it holds; of none, so that what was before does.
	resources(before container.Resources) container.Resources
}

// limits is the limits that faults have put on one resource of a container.
type limits[L limit] struct {
	mu     sync.Mutex
	active []*L                // each has a pointer of its own; of equal ones one may be lifted
	before container.Resources // before the first of them
}

// add puts a limit on p. lift takes it back and is idempotent.
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

// tightest returns the limit that leaves least, none where there are none.
func tightest[L limit](active []*L) (t L) {
	for _, l := range active {
		if t.amount() == 0 || (*l).amount() < t.amount() {
			t = *l
		}
	}
	return t
}

// resources returns what the container is limited to.
func (p *process) resources(ctx context.Context) (container.Resources, error) {
	r, err := p.engine.docker.ContainerInspect(ctx, p.id, client.ContainerInspectOptions{})
	if err != nil {
		return container.Resources{}, fmt.Errorf("inspect %s: %w", p.name, err)
	}
	return r.Container.HostConfig.Resources, nil
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

// dyingWithin is how long the engine may take to know that a container is dead. Until then it
// refuses to change its limits.
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

// stats asks the engine what its cgroup says of the container. Engines read cgroups once a second,
// so that it can take as long.
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
