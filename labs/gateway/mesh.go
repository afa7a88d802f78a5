package gateway

import (
	"context"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	tries       = 3                      // of a call, at each layer of the naive design
	layers      = 3                      // gateway → checkout → pricing → inventory
	tryTime     = 300 * time.Millisecond // that a caller waits for a try
	edgeTime    = 900 * time.Millisecond // that the edge gives a request, where deadlines are kept
	patience    = time.Second            // that a client waits
	edgeWorkers = 8                      // of the gateway
	edgeQueue   = 16                     // of each pool of the gateway
	leafWorkers = 2                      // of inventory and of profile
	leafQueue   = 10_000
	serviceTime = 20 * time.Millisecond // of a request at inventory or profile: 2 workers do 100/s
)

// The routes, which are what clients ask for. Only checkout needs inventory.
const (
	checkout = "checkout"
	profile  = "profile"
)

// mesh is the system under every design, a gateway and four services, and what the designs differ in.
type mesh struct {
	deadlines bool // requests carry their deadline, and work ends with it
	bulkheads bool // each route has workers of its own
	// hop returns how the service that is so many layers from the leaf calls the next.
	hop func(to *lab.Process, layer int) *hop
}

// build declares the mesh from the leaves to the edge.
func (m mesh) build(b *lab.Builder) {
	inventory := b.Service("inventory", m.leaf(b.Name("inventory")))
	profiles := b.Service(profile, m.leaf(b.Name(profile)))
	pricing := b.Service("pricing", m.relay(m.hop(inventory, 1)))
	checkouts := b.Service(checkout, m.relay(m.hop(pricing, 2)))
	edge := b.Service("gateway", m.edge(map[string]*hop{checkout: m.hop(checkouts, 3), profile: m.hop(profiles, 1)}))
	b.Client(func(ctx context.Context, op load.Op) (string, error) {
		return "", part.Ask(ctx, b.Observer(), edge, "GET /"+op.Name, nil, nil)
	})
}
