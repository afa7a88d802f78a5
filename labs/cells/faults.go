package cells

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
)

// The switches that a fleet has.
const (
	poisonTenant = "poison-tenant"
	badDeploy    = "bad-deploy"
)

// poisonEvent is the ID of the event on which workers die.
const poisonEvent = "poison"

// poison is one event of one tenant that no worker survives. It takes just one request: the router asks
// the tenant's workers one after the other, since each of them dies without an answer, and each finds
// it in its journal when it is started again.
func (f *fleet) poison() fault.Switchable {
	tenant := tenants()[f.env.Seed%tenantCount]
	targets := f.serving(f.where[tenant])
	var since int64
	return fault.Switchable{
		On: func(ctx context.Context) error {
			f.begin(poisonTenant)
			return lab.Poll(ctx, "the workers of "+tenant+" have died", func(ctx context.Context) (bool, error) {
				if err := put(ctx, f.client, f.entry.Addr(), tenant, poisonEvent, []byte(`{"tenant":`)); err == nil {
					return false, errors.New("a worker survived")
				}
				since = f.asked.Load()
				return f.unwell(ctx, targets) == len(targets), nil
			})
		},
		// Off is the operator: the event is dropped, and the workers are started without it.
		Off: func(ctx context.Context) error {
			if err := f.awaitRounds(ctx, since); err != nil {
				return err
			}
			var errs []error
			for _, w := range targets {
				errs = append(errs, w.store.drop(ctx, f.env.Observer().Redis(), poisonEvent))
			}
			if err := errors.Join(errs...); err != nil {
				return err
			}
			return f.heal(ctx, targets)
		},
		Measure: func(ctx context.Context) (fault.Measurement, error) {
			n := f.unwell(ctx, targets)
			return fault.Measurement{Acted: n == len(targets), Text: fmt.Sprintf("%d of %d workers in a crash loop", n, len(f.workers))}, nil
		},
	}
}

// deploy is a release that fails every request. It goes to one cell at a time, and the first cell is as
// far as it gets before somebody notices; where there is one cell, that is everything.
func (f *fleet) deploy() fault.Switchable {
	targets := f.serving([]int{0})
	var since int64
	install := func(release int32) {
		for _, w := range targets {
			w.release.Store(release)
		}
	}
	return fault.Switchable{
		On: func(ctx context.Context) error {
			f.begin(badDeploy)
			install(badRelease)
			err := f.restart(ctx, targets)
			since = f.asked.Load()
			return err
		},
		Off: func(ctx context.Context) error {
			if err := f.awaitRounds(ctx, since); err != nil {
				return err
			}
			install(goodRelease)
			return f.heal(ctx, targets)
		},
		Measure: func(ctx context.Context) (fault.Measurement, error) {
			n := f.unwell(ctx, targets)
			return fault.Measurement{Acted: n == len(targets), Text: fmt.Sprintf("%d of %d workers run release %d and fail", n, len(f.workers), badRelease)}, nil
		},
	}
}

// begin notes that a fault is about to act: what is lost until all of it has happened is its doing.
func (f *fleet) begin(name string) {
	f.env.History.Add(history.Event{Kind: history.Effect, Name: began, Key: name})
}

// roundsMet is how often each tenant asks, at least, before a fault is taken back: once for each cell of a
// shuffle shard. On a busy machine it may have come late, and gone before anybody met it.
const roundsMet = shardSize

// silence is how long nobody has to ask for the load to be over.
const silence = 500 * time.Millisecond

// awaitRounds waits until every tenant has asked roundsMet times since the router had got so many requests,
// or nobody asks any more.
func (f *fleet) awaitRounds(ctx context.Context, since int64) error {
	n, last := f.asked.Load(), time.Now()
	return lab.Poll(ctx, "every tenant has met the fault", func(context.Context) (bool, error) {
		if now := f.asked.Load(); now != n {
			n, last = now, time.Now()
		}
		return n-since >= roundsMet*tenantCount || time.Since(last) > silence, nil
	})
}

// restart stops workers and starts them with what is installed on them now.
func (f *fleet) restart(ctx context.Context, workers []*worker) error {
	errs := make([]error, len(workers))
	each(workers, func(n int, w *worker) {
		if errs[n] = w.Kill(ctx); errs[n] == nil {
			errs[n] = w.Start(ctx)
		}
	})
	return errors.Join(errs...)
}

// heal restarts workers and returns when all of them are well: the supervisor may have been quicker to
// start one, and then it may not serve yet.
func (f *fleet) heal(ctx context.Context, workers []*worker) error {
	if err := f.restart(ctx, workers); err != nil {
		return err
	}
	for _, w := range workers {
		err := lab.Poll(ctx, w.Name+" is well", func(ctx context.Context) (bool, error) {
			err := f.health(ctx, w)
			return err == nil, err
		})
		if err != nil {
			return err
		}
		w.ejection.Close()
	}
	return nil
}

// unwell counts the workers that don't say that they are well.
func (f *fleet) unwell(ctx context.Context, workers []*worker) int {
	var n atomic.Int32
	each(workers, func(_ int, w *worker) {
		if f.health(ctx, w) != nil {
			n.Add(1)
		}
	})
	return int(n.Load())
}

func (f *fleet) health(ctx context.Context, w *worker) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.Addr()+"/health", nil)
	if err != nil {
		return err
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return err
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return errors.New(resp.Status)
	}
	return nil
}

// each does f for all workers at once.
func each(workers []*worker, f func(n int, w *worker)) {
	var all sync.WaitGroup
	for n, w := range workers {
		all.Go(func() { f(n, w) })
	}
	all.Wait()
}
