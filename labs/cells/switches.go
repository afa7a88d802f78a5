package cells

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"golang.org/x/sync/errgroup"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	poisonTenant = "poison-tenant" // a switch
	badDeploy    = "bad-deploy"    // another
	poisonEvent  = "poison"        // the ID of the event on which workers die
)

// poison is one event of one tenant that no worker survives. The router offers it to the tenant's workers one after the
// other, and each finds it in its journal when it is started again, until the operator drops it from there.
func (f *fleet) poison(i *lab.Instance, of home) fault.Switchable {
	victims := f.candidates(of, 0).workers
	return f.sickness(i, victims, "in a crash loop", func(ctx context.Context, sick bool) (err error) {
		if sick {
			return lab.Poll(ctx, "the workers of "+of.Tenant+" have died", func(ctx context.Context) (bool, error) {
				if part.Ask(ctx, i, f.entry, path(of.Tenant, poisonEvent), []byte(`{"tenant":`), nil) == nil {
					return false, errors.New("a worker survived")
				}
				return len(unwell(ctx, i, victims)) == len(victims), nil
			})
		}
		for _, name := range of.Cells {
			c := f.cells[name]
			for _, w := range c.workers {
				err = errors.Join(err, i.Redis().HDel(ctx, c.journal(w.Name), poisonEvent).Err())
			}
		}
		return err
	})
}

// deploy is a release that fails every request. It goes to one cell after the other, and on only where that is well. So
// it comes as far as the first; without stages it goes to all at once.
func (f *fleet) deploy(i *lab.Instance) fault.Switchable {
	var all []*cell
	for n := range len(f.cells) {
		all = append(all, f.cells[cellName(n)])
	}
	stages, victims := [][]*cell{all}, f.workers
	if f.staged {
		stages, victims = slices.Collect(slices.Chunk(all, 1)), all[0].workers
	}
	return f.sickness(i, victims, "run release 2 and fail", func(ctx context.Context, sick bool) error {
		for _, stage := range stages {
			if err := release(ctx, stage, sick); err != nil {
				return err
			}
			for _, c := range stage {
				if sick && len(unwell(ctx, i, c.workers)) > 0 {
					return nil
				}
			}
		}
		return nil
	})
}

// release has all workers of these cells start again with the release, unless they run it.
func release(ctx context.Context, cells []*cell, broken bool) error {
	var restarts errgroup.Group
	for _, c := range cells {
		if c.broken.Swap(broken) == broken {
			continue
		}
		for _, w := range c.workers {
			restarts.Go(func() error { return errors.Join(w.Kill(ctx), w.Start(ctx)) })
		}
	}
	return restarts.Wait()
}

// sickness is a switch that has set make all victims unwell, and is off once the supervisor has them well again.
func (f *fleet) sickness(
	i *lab.Instance, victims []*lab.Process, how string, set func(ctx context.Context, sick bool) error,
) fault.Switchable {
	return fault.Switchable{
		On: func(ctx context.Context) error { return set(ctx, true) },
		Off: func(ctx context.Context) error {
			if err := set(ctx, false); err != nil {
				return err
			}
			left := victims // those not seen well yet: under too much load they may not all be so at the same time
			return lab.Poll(ctx, "the workers are well", func(ctx context.Context) (bool, error) {
				left = unwell(ctx, i, left)
				return len(left) == 0, nil
			})
		},
		Measure: func(ctx context.Context) (fault.Measurement, error) {
			n := len(unwell(ctx, i, victims))
			text := fmt.Sprintf("%d of %d workers %s", n, len(f.workers), how)
			return fault.Measurement{Acted: n == len(victims), Text: text}, nil
		},
	}
}

// unwell returns the workers that don't say that they are well.
func unwell(ctx context.Context, i *lab.Instance, workers []*lab.Process) (those []*lab.Process) {
	for _, w := range workers {
		if part.Ask(ctx, i, w, health, nil, nil) != nil {
			those = append(those, w)
		}
	}
	return those
}
