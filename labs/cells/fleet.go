package cells

import (
	"context"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// The effects that a fleet records.
const (
	placed  = "placed"  // at the start: the cells that serve a tenant; N says how many cells there are
	served  = "served"  // by the router: a worker of a cell did what it asked
	failed  = "failed"  // by the router: it did not
	stored  = "stored"  // by the audit: a cell has processed the event
	pending = "pending" // by the audit: it lies in a cell's journal
)

// design is what the designs differ in.
type design struct {
	cells     int // which share the cellCount workers
	perTenant int // cells of each tenant
}

// fleet is the system under every design.
type fleet struct {
	homes     []home
	cells     map[string]*cell  // by name
	workers   []*lab.Process    // of all cells
	directory *part.Table[home] // the control plane: where each tenant lives
	entry     *lab.Process      // the router
}

func (d design) build(b *lab.Builder) {
	f := &fleet{
		homes:     place(tenants(), d.cells, d.perTenant, b.Seed),
		cells:     map[string]*cell{},
		directory: part.NewTable[home](b, "directory"),
	}
	b.Prepare("fill the directory", func(ctx context.Context, i *lab.Instance) error {
		for _, h := range f.homes {
			cells := strings.Join(h.Cells, " ")
			i.Effect(ctx, history.Event{Name: placed, Key: h.Tenant, Value: cells, N: int64(d.cells)})
		}
		return f.directory.Fill(ctx, i, f.homes)
	})
	for n := range d.cells {
		c := &cell{name: cellName(n)}
		c.journal, c.events = b.Name(c.name+":journal"), b.Name(c.name+":events")
		c.workers = b.Services(c.name, cellCount/d.cells, c.work)
		f.cells[c.name], f.workers = c, append(f.workers, c.workers...)
		b.Audit(c.audit)
	}
	b.Service("supervisor", part.Loop(f.supervisor))
	f.entry = b.Service("router", f.route)
	b.Client(func(ctx context.Context, op load.Op) (string, error) {
		tenant := op.Key
		if op.Canary { // it is nobody's
			tenant = f.homes[0].Tenant
		}
		return "", part.Ask(ctx, b.Observer(), f.entry, path(tenant, op.ID), event{tenant, 1}, nil)
	})
	b.Switch(poisonTenant, f.poison(b.Observer(), f.homes[b.Seed%tenantCount]))
	b.Switch(badDeploy, f.deploy(b.Observer()))
}

// supervisor starts dead workers again, as systemd or ECS does. It can't tell that one will die of the same cause.
func (f *fleet) supervisor(ctx context.Context, i *lab.Instance) error {
	for _, w := range f.workers {
		if err := w.Start(ctx); err != nil { // which does nothing where it runs
			i.Log.Debug("a restart failed", zap.Error(err))
		}
	}
	return i.Work(ctx, 100*time.Millisecond)
}

// tenants returns the tenants, by the names under which the workload knows them.
func tenants() []string { return load.KeyNames(tenantCount) }
