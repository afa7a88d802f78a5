package cells

import (
	"context"
	"errors"
	"fmt"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	poisonTenant = "poison-tenant" // a switch
	badDeploy    = "bad-deploy"    // another
	poisonEvent  = "poison"        // the ID of the event on which workers die
)

// poison is one event of one tenant that no worker survives. It takes just one request: the router asks
// the tenant's workers one after the other, since each of them dies without an answer, and each finds
// it in its journal when it is started again. The operator drops it from there.
func (f *fleet) poison(i *lab.Instance, of home) fault.Switchable {
	var victims []*lab.Process
	for _, c := range of.Cells {
		victims = append(victims, f.cells[c].workers...)
	}
	on := func(ctx context.Context) error {
		return lab.Poll(ctx, "the workers of "+of.Tenant+" have died", func(ctx context.Context) (bool, error) {
			if err := part.Ask(ctx, i, f.entry, path(of.Tenant, poisonEvent), []byte(`{"tenant":`), nil); err == nil {
				return false, errors.New("a worker survived")
			}
			return unwell(ctx, i, victims) == len(victims), nil
		})
	}
	off := func(ctx context.Context) error {
		for _, c := range of.Cells {
			if err := i.Redis().HDel(ctx, f.cells[c].journal, poisonEvent).Err(); err != nil {
				return fmt.Errorf("drop the event: %w", err)
			}
		}
		return restart(ctx, victims)
	}
	return f.sickness(i, victims, "in a crash loop", on, off)
}

// deploy is a release that fails every request. It goes to one cell at a time, and the first cell is as
// far as it gets before somebody notices; where there is one cell, that is everything.
func (f *fleet) deploy(i *lab.Instance) fault.Switchable {
	first := f.cells[cellName(0)]
	install := func(broken bool) func(context.Context) error {
		return func(ctx context.Context) error { first.broken.Store(broken); return restart(ctx, first.workers) }
	}
	return f.sickness(i, first.workers, "run release 2 and fail", install(true), install(false))
}

// sickness is a switch that makes all victims unwell, and is off once they are well again: the supervisor may
// have been quicker to start one, and then it may not serve yet.
func (f *fleet) sickness(i *lab.Instance, victims []*lab.Process, how string, on, off func(context.Context) error) fault.Switchable {
	return fault.Switchable{
		On: on,
		Off: func(ctx context.Context) error {
			if err := off(ctx); err != nil {
				return err
			}
			return lab.Poll(ctx, "the workers are well", func(ctx context.Context) (bool, error) { return unwell(ctx, i, victims) == 0, nil })
		},
		Measure: func(ctx context.Context) (fault.Measurement, error) {
			n := unwell(ctx, i, victims)
			return fault.Measurement{Acted: n == len(victims), Text: fmt.Sprintf("%d of %d workers %s", n, len(f.workers), how)}, nil
		},
	}
}

// restart stops workers one after the other and starts them with what is installed on them now.
func restart(ctx context.Context, workers []*lab.Process) error {
	for _, w := range workers {
		if err := errors.Join(w.Kill(ctx), w.Start(ctx)); err != nil {
			return err
		}
	}
	return nil
}

// unwell counts the workers that don't say that they are well.
func unwell(ctx context.Context, i *lab.Instance, workers []*lab.Process) (n int) {
	for _, w := range workers {
		if part.Ask(ctx, i, w, health, nil, nil) != nil {
			n++
		}
	}
	return n
}
