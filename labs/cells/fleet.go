package cells

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

const (
	cellCount   = 8  // cells, and workers: every design has the same machines
	shardSize   = 2  // cells of a shuffle shard
	tenantCount = 56 // 7 in each of 8 cells; 2 on each of the C(8, 2) = 28 shuffle shards
)

// The effects that a fleet records.
const (
	placed  = "placed"  // at the start: the cells that serve a tenant
	attempt = "attempt" // by the router: it asked a worker of a cell; Value says how that went
	stored  = "stored"  // by the audit: a cell has processed the event
	pending = "pending" // by the audit: it lies in a cell's journal
	began   = "began"   // by a switch: the fault is about to act

	served = "served"
	failed = "failed"
)

// fleet is the system under every design: they differ in how many cells there are, how many workers
// each has, and who lives where.
type fleet struct {
	env       *lab.Env
	cells     int
	where     placement
	directory directory
	workers   []*worker
	entry     *lab.Process
	client    *http.Client
	asked     atomic.Int64 // requests that the router has got
}

// design is what the designs differ in.
type design struct {
	cells, workers int // workers of each cell
	place          func(tenants []string, cells int, seed uint64) placement
}

func (d design) start(ctx context.Context, env *lab.Env) (*lab.System, error) {
	f := &fleet{
		env:       env,
		cells:     d.cells,
		where:     d.place(tenants(), d.cells, env.Seed),
		directory: directory{env.Name("directory")},
		client:    env.Observer().HTTP(),
	}
	if err := f.directory.create(ctx, env.Observer()); err != nil {
		return nil, err
	}
	if err := f.directory.put(ctx, env.Observer(), f.where); err != nil {
		return nil, err
	}
	for tenant, cells := range f.where {
		names := make([]string, len(cells))
		for n, c := range cells {
			names[n] = cellName(c)
		}
		env.History.Add(history.Event{Kind: history.Effect, Name: placed, Key: tenant, Value: strings.Join(names, " "), N: int64(d.cells)})
	}
	if err := f.run(ctx, d.workers); err != nil {
		return nil, err
	}
	env.Switch(poisonTenant, f.poison())
	env.Switch(badDeploy, f.deploy())
	return &lab.System{Do: f.send, Audit: f.audit}, nil
}

// run starts the instances: the workers of each cell, what watches them, and the router.
func (f *fleet) run(ctx context.Context, workers int) error {
	for c := range f.cells {
		for n := range workers {
			w := &worker{cell: c, store: newStore(f.env, cellName(c)), ejection: newEjection()}
			w.release.Store(goodRelease)
			i, err := f.env.Run(ctx, fmt.Sprintf("%s-%d", cellName(c), n+1), w.run)
			if err != nil {
				return err
			}
			w.Process = i
			f.workers = append(f.workers, w)
		}
	}
	if _, err := f.env.Run(ctx, "supervisor", f.supervisor); err != nil {
		return err
	}
	var err error
	f.entry, err = f.env.Run(ctx, "router", f.router)
	return err
}

// serving returns the workers of the cells.
func (f *fleet) serving(cells []int) []*worker {
	var ws []*worker
	for _, w := range f.workers {
		if slices.Contains(cells, w.cell) {
			ws = append(ws, w)
		}
	}
	return ws
}

// send is the client: a tenant that sends an event. What fails may have been stored all the same.
func (f *fleet) send(ctx context.Context, op load.Op) (string, error) {
	tenant := op.Key
	if op.Canary { // the runner's own, to see whether the system is well: it is no tenant
		tenant = tenants()[0]
	}
	body, err := json.Marshal(event{Tenant: tenant, Amount: 1})
	if err != nil {
		return "", load.Definite(err)
	}
	return "", put(ctx, f.client, f.entry.Addr(), tenant, op.ID, body)
}

// audit records where every event is. One that was tried again elsewhere may be in several cells.
func (f *fleet) audit(ctx context.Context) error {
	redis := f.env.Observer().Redis()
	for c := range f.cells {
		s := newStore(f.env, cellName(c))
		ids, err := s.settled(ctx, redis)
		if err != nil {
			return err
		}
		left, err := s.unsettled(ctx, redis)
		if err != nil {
			return err
		}
		for _, id := range ids {
			f.env.History.Add(history.Event{Kind: history.Effect, Op: id, Name: stored, Key: cellName(c), By: "audit"})
		}
		for id := range left {
			f.env.History.Add(history.Event{Kind: history.Effect, Op: id, Name: pending, Key: cellName(c), By: "audit"})
		}
	}
	return nil
}

// tenants returns the tenants, by the names under which the workload knows them.
func tenants() []string {
	all := make([]string, tenantCount)
	for n := range all {
		all[n] = fmt.Sprintf("k%d", n)
	}
	return all
}

func cellName(n int) string { return fmt.Sprintf("cell-%d", n+1) }
