package cells

import (
	"context"
	"strings"

	"go.uber.org/zap"
	"golang.org/x/sync/errgroup"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// The effects that a fleet records.
const (
	placed    = "placed"    // at the start: the cells that serve a tenant; N says how many cells there are
	served    = "served"    // by the router: a worker of a cell did what it asked
	failed    = "failed"    // by the router: it did not
	processed = "processed" // by a worker: it has stored an event and removed it from the journal
	stored    = "stored"    // by the audit: a cell, its Value, has processed the event; Key is its tenant, N its amount
	pending   = "pending"   // by the audit: it lies in a cell's journal
)

// fleet is the system under every design.
type fleet struct {
	homes     []home
	staged    bool              // a release goes to one cell after the other
	remembers bool              // the router does not ask the directory while it serves
	failsOver bool              // it asks more than one worker
	cells     map[string]*cell  // by name
	workers   []*lab.Process    // of all cells
	directory *part.Table[home] // the control plane: where each tenant lives
	entry     *lab.Process      // the router
}

// build declares a fleet in which each tenant has k cells.
func build(b *lab.Builder, k int) {
	cells, deck, width := cellCount, combinations, lanes
	if !b.Guarded(walls) {
		cells = 1
	}
	if !b.Guarded(combined) {
		deck = rows
	}
	if !b.Guarded(headroom) {
		width = 1 // enough for every day on which nothing fails
	}
	f := &fleet{
		homes:  place(tenants(), deck(cells, k), b.Seed),
		staged: b.Guarded(stages), remembers: b.Guarded(remembered), failsOver: b.Guarded(secondCell),
		cells:     map[string]*cell{},
		directory: part.NewTable[home](b, "directory"),
	}
	b.Prepare("fill the directory", func(ctx context.Context, i *lab.Instance) error {
		for _, h := range f.homes {
			at := strings.Join(h.Cells, " ")
			i.Effect(ctx, history.Event{Name: placed, Key: h.Tenant, Value: at, N: int64(cells)})
		}
		return f.directory.Fill(ctx, i, f.homes)
	})
	for n := range cells {
		c := &cell{name: cellName(n), lanes: width, journals: b.Guarded(journal)}
		c.events = b.Name(c.name)
		c.workers = b.Services(c.name, cellCount/cells, c.work)
		f.cells[c.name], f.workers = c, append(f.workers, c.workers...)
		b.Backlog(c.waiting)
		b.Audit(c.audit)
	}
	b.Service("supervisor", f.supervisor)
	f.entry = b.Service("router", f.route)
	b.Client(func(ctx context.Context, op load.Op) (string, error) {
		tenant := op.Key
		if op.Canary { // it is nobody's
			tenant = f.homes[0].Tenant
		}
		return "", part.Ask(ctx, b.Observer(), f.entry, path(tenant, op.ID), event{tenant, history.Amount(op.ID)}, nil)
	})
	b.Switch(poisonTenant, f.poison(b.Observer(), f.homes[b.Seed%tenantCount]))
	b.Switch(badDeploy, f.deploy(b.Observer()))
}

// supervisor starts dead workers again, each by itself, as systemd or ECS does. It can't tell that one will die of the
// same cause.
func (f *fleet) supervisor(ctx context.Context, i *lab.Instance) error {
	i.Ready()
	var all errgroup.Group
	for _, w := range f.workers {
		all.Go(func() error {
			return part.Again(ctx, i, func(ctx context.Context) error {
				if err := w.Start(ctx); err != nil { // which does nothing where it runs
					i.Log.Debug("a restart failed", zap.Error(err)) // of the worker's crash, not of this process's
				}
				return i.Work(ctx, pause)
			})
		})
	}
	return all.Wait()
}

// tenants returns the tenants, by the names under which the workload knows them.
func tenants() []string { return load.KeyNames(tenantCount) }
