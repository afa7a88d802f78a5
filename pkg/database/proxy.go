package database

import (
	"context"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// Proxy declares a process before the nodes, in the manner of RDS Proxy: it accepts connections without a bound, and
// has a pool of so many to each node. A client's connection takes one of them for a transaction or a query, not for
// its life. It returns the proxy's name, to which a client makes its pool instead.
func (d *Database) Proxy(b *lab.Builder, size int, nodes ...string) string {
	p := b.Service(d.name+"-proxy", func(ctx context.Context, i *lab.Instance) error {
		pools := d.Pools(i, size, nodes...)
		pools.Open(ctx)
		defer pools.Close()
		return part.Serve(ctx, i, map[string]part.Handler{
			"GET /connect": new(listener).accept(i, ctx),
			"POST /write":  handle(func(ctx context.Context, w write) (any, error) { return pools.Commit(ctx, w.Tx) }),
			"POST /read":   handle(func(ctx context.Context, r read) (any, error) { return pools.Query(ctx, r.Query) }),
		})
	})
	d.nodes.Join(p)
	return p.Name
}
