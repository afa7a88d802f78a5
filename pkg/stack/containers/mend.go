package containers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
	"github.com/crashlab/crashlab/pkg/stack/sweep"
)

// undo removes what a killed run left on a warm stack: the effects of its faults on the containers, and
// everything that has its name.
func undo(ctx context.Context, st *stack.Stack, processes map[string]*process, left claim, tell func(string)) error {
	var done []string
	if left.mode == alone {
		mended, err := mend(ctx, processes)
		if err != nil {
			return err
		}
		done = mended
	}
	if left.run != "" {
		swept, err := sweep.Prefix(ctx, st, owner.Prefix+left.run)
		if err != nil {
			return err
		}
		if s := swept.String(); s != "nothing" {
			done = append(done, "removed "+s)
		}
	}
	if done != nil {
		tell(fmt.Sprintf("the warm stack: %s was killed in the middle of a run; %s", owner.Describe(left.owner),
			strings.Join(done, ", ")))
	}
	return nil
}

// mend reverts whatever faults have done to containers, judged by the containers' own state, and returns when
// they serve.
func mend(ctx context.Context, processes map[string]*process) (done []string, err error) {
	for _, p := range processes {
		was, mending := p.mend(ctx)
		done = append(done, was...)
		err = errors.Join(err, mending)
	}
	slices.Sort(done)
	return done, err
}

func (p *process) mend(ctx context.Context) (done []string, err error) {
	r, err := p.engine.docker.ContainerInspect(ctx, p.id, client.ContainerInspectOptions{})
	if err != nil {
		return nil, fmt.Errorf("inspect %s: %w", p.name, err)
	}
	did := func(what string, do error) {
		if do == nil {
			done = append(done, what+" "+p.name)
		}
		err = errors.Join(err, do)
	}
	// Limits first: with them a start may take minutes.
	if lift, limited := withoutLimits(r.Container.HostConfig.Resources); limited {
		did("lifted the limits of", p.update(ctx, lift))
	}
	switch s := r.Container.State; {
	case s.Paused:
		did("resumed", p.Resume(ctx))
	case !s.Running:
		did("started", p.Start(ctx))
	case done != nil:
		err = errors.Join(err, p.awaitReady(ctx))
	}
	return done, err
}

// withoutLimits returns the engine's settings for a container without limits, and whether it had any. Our
// containers start without.
func withoutLimits(r container.Resources) (lift container.Resources, limited bool) {
	if r.NanoCPUs > 0 || r.CPUQuota > 0 {
		lift, limited = cpuLimit{}.resources(container.Resources{}), true
	}
	if r.Memory > 0 && r.Memory < unlimited {
		l := memoryLimit(0).resources(container.Resources{})
		lift.Memory, lift.MemorySwap, limited = l.Memory, l.MemorySwap, true
	}
	return lift, limited
}
