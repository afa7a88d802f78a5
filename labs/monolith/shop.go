package monolith

import (
	"context"
	"errors"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// The modules, each of which is a feature.
const (
	catalog  = "catalog"
	cart     = "cart"
	search   = "search"
	checkout = "checkout"
)

var modules = []string{catalog, cart, search, checkout}

// needs is what a feature needs beside its own module.
var needs = map[string][]string{checkout: {cart, catalog}}

const (
	patience = 500 * time.Millisecond  // that a client waits
	work     = 4 * time.Millisecond    // of a module at a request
	slowWork = 1200 * time.Millisecond // of the cart while it is slow
	workers  = 4                       // of a module; a pool that all four share has four times as many
	hopTime  = 2 * time.Millisecond    // there and back, of a call between processes, which loopback has for nothing
	boot     = 300 * time.Millisecond  // of a process, until it serves
	memory   = 3                       // requests that a leak takes to fill a process's memory
)

// The effects of the lab.
const (
	placed   = "placed"   // at the start: how many calls the module of that key makes; N
	ill      = "ill"      // by a switch: a module begins to fail; N is 0 when that ends
	called   = "called"   // by a service: it calls another
	reserved = "reserved" // by the audit: stock is taken for an order
	ordered  = "ordered"  // by the audit: there is such an order
)

// order is what a checkout makes: a row of both tables.
type order struct {
	ID    string `json:"id" dynamodbav:"id" key:"hash"`
	User  string `json:"user" dynamodbav:"user"`
	Cents int64  `json:"cents" dynamodbav:"cents"`
}

// wall is what keeps the modules of a process apart.
type wall struct {
	bulkheads bool // each module has workers of its own
	contained bool // a panic ends a request
}

// shop is the system under every design. The designs differ in which process a module is in, and in how a checkout
// takes stock and writes the order.
type shop struct {
	wall
	layout        map[string]string // module → process
	calls         bool              // a module asks another over the network
	processes     map[string]*lab.Process
	carts         *part.Table[order]
	stock, orders *part.Table[order]
	ills          ills
	place         func(ctx context.Context, i *lab.Instance, o order) error
}

func newShop(b *lab.Builder, layout map[string]string, w wall) *shop {
	s := &shop{
		wall: w, layout: layout, processes: map[string]*lab.Process{},
		carts: part.NewTable[order](b, "carts"), stock: part.NewTable[order](b, "stock"),
		orders: part.NewTable[order](b, "orders"),
	}
	b.Audit(func(ctx context.Context, i *lab.Instance) error {
		record := func(effect string) func(order) {
			return func(o order) { i.Effect(ctx, history.Event{Op: o.ID, Name: effect, Key: o.User, N: o.Cents}) }
		}
		return errors.Join(s.stock.Each(ctx, i, record(reserved)), s.orders.Each(ctx, i, record(ordered)))
	})
	return s
}

// open starts the processes and opens their doors.
func (s *shop) open(b *lab.Builder) {
	for _, module := range modules {
		name := s.layout[module]
		if s.processes[name] == nil {
			s.processes[name] = b.Service(name, s.process(name))
		}
	}
	b.Prepare("note the layout", func(ctx context.Context, i *lab.Instance) error {
		for _, module := range modules {
			i.Effect(ctx, history.Event{Name: placed, Key: module, N: int64(s.hops(module))})
		}
		return nil
	})
	b.Service("supervisor", s.supervisor)
	b.Client(func(ctx context.Context, op load.Op) (string, error) {
		o := order{op.ID, op.Key, history.Amount(op.ID)}
		return "", part.Ask(ctx, b.Observer(), s.processes[s.layout[op.Name]], "POST /"+op.Name, o, nil)
	})
	s.switches(b)
}

// hops returns how many calls a request of the module makes.
func (s *shop) hops(module string) int {
	if s.calls {
		return len(needs[module])
	}
	return 0
}

// supervisor starts dead processes again, as systemd or ECS does.
func (s *shop) supervisor(ctx context.Context, i *lab.Instance) error {
	i.Ready()
	var all errgroup.Group
	for _, p := range s.processes {
		all.Go(func() error {
			return part.Again(ctx, i, func(ctx context.Context) error {
				return errors.Join(p.Start(ctx), i.Work(ctx, 10*time.Millisecond)) // which does nothing where it runs
			})
		})
	}
	return all.Wait()
}

// process is the service of a process: the modules that the layout has in it.
func (s *shop) process(name string) lab.Service {
	return func(ctx context.Context, i *lab.Instance) error {
		if err := i.Work(ctx, boot); err != nil {
			return err
		}
		p := &program{shop: s, pools: map[string]pool{}}
		shared := make(pool, workers*len(modules))
		routes := map[string]part.Handler{
			"GET /health": func(context.Context, *part.Request) (any, error) { return nil, nil },
		}
		for _, module := range modules {
			if s.layout[module] != name {
				continue
			}
			p.pools[module] = shared
			if s.bulkheads {
				p.pools[module] = make(pool, workers)
			}
			routes["POST /"+module] = part.Take(func(ctx context.Context, o order) error {
				return p.serve(ctx, i, module, o)
			})
		}
		routes["POST /stock"] = part.Take(func(ctx context.Context, o order) error {
			return p.run(ctx, i, catalog, func(ctx context.Context) error { return s.stock.Put(ctx, i, o) })
		})
		routes["POST /contents"] = part.Take(func(ctx context.Context, o order) error {
			return p.run(ctx, i, cart, func(ctx context.Context) error { return p.contents(ctx, i, o) })
		})
		routes["POST /release"] = part.Take(func(ctx context.Context, o order) error { return s.stock.Delete(ctx, i, o.ID) })
		return part.Serve(ctx, i, routes)
	}
}

// pool is the workers of a server: who is in it has one.
type pool chan struct{}

// program is a running process.
type program struct {
	*shop
	pools  map[string]pool // by module
	leaked atomic.Int64    // requests whose memory is gone
}

// serve answers a request to a module.
func (p *program) serve(ctx context.Context, i *lab.Instance, module string, o order) error {
	return p.run(ctx, i, module, func(ctx context.Context) error {
		switch module {
		case catalog:
			_, _, err := p.stock.Get(ctx, i, o.User) // as many calls as a lookup of a product
			return err
		case cart:
			return p.carts.Put(ctx, i, order{o.User, o.User, o.Cents})
		case checkout:
			return p.checkOut(ctx, i, o)
		}
		return nil
	})
}

// checkOut reads the cart and places the order.
func (p *program) checkOut(ctx context.Context, i *lab.Instance, o order) error {
	if p.calls {
		if err := p.call(ctx, i, cart, "contents", o); err != nil {
			return err
		}
		return p.place(ctx, i, o)
	}
	// What checkout needs is in its process: a call of a function, with the workers of the other module.
	return p.run(ctx, i, cart, func(ctx context.Context) error {
		if err := p.contents(ctx, i, o); err != nil {
			return err
		}
		return p.run(ctx, i, catalog, func(ctx context.Context) error { return p.place(ctx, i, o) })
	})
}

// contents reads a user's cart. What is in it is not the lab's subject: an empty one will do.
func (s *shop) contents(ctx context.Context, i *lab.Instance, o order) error {
	_, _, err := s.carts.Get(ctx, i, o.User)
	return err
}

// run has a worker of a module do its work, and then what else the request needs.
func (p *program) run(
	ctx context.Context,
	i *lab.Instance,
	module string,
	then func(context.Context) error,
) (err error) {
	if inside := ctx.Value(p); inside == nil || p.bulkheads { // a request has one worker of a pool that all share
		select {
		case p.pools[module] <- struct{}{}:
			defer func() { <-p.pools[module] }()
		case <-ctx.Done():
			return ctx.Err()
		}
		ctx = context.WithValue(ctx, p, true)
	}
	defer func() {
		switch crash := recover(); {
		case crash == nil:
		case p.contained:
			err = &part.Status{Code: http.StatusInternalServerError, Text: "the module panicked"}
		default:
			err = i.Crash()
		}
	}()
	if err := p.fail(ctx, i, module); err != nil {
		return err
	}
	return then(ctx)
}
