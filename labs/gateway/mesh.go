package gateway

import (
	"context"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

const (
	tries       = 3                      // of a call, at most
	layers      = 3                      // gateway → checkout → pricing → inventory
	tryTime     = 300 * time.Millisecond // that a caller waits for a try
	layerTime   = 200 * time.Millisecond // that each layer further out waits longer, where one layer tries again
	edgeTime    = 950 * time.Millisecond // that the edge gives a request, where deadlines are kept
	patience    = time.Second            // that a client waits
	edgeWorkers = 8                      // of the gateway; with bulkheads each route has half of them
	edgeQueue   = 4                      // of each pool of the gateway
	leafWorkers = 2                      // of inventory and of profile
	leafQueue   = 10_000
	serviceTime = 20 * time.Millisecond  // of a request at inventory or profile: 2 workers do 100/s
	linkDelay   = 400 * time.Millisecond // of a slow link's answers
)

// The routes, which are what clients ask for. Only checkout needs inventory.
const (
	checkout = "checkout"
	profile  = "profile"
)

// chain is the services that a checkout needs, from the edge to the leaf.
var chain = [layers]string{checkout, "pricing", "inventory"}

// mesh is the system under every design, a gateway and four services, and the guards that are on.
type mesh struct {
	oneLayer, budget, circuit, bulkheads, deadlines bool
}

// build declares the mesh from the leaves to the edge.
func build(b *lab.Builder) {
	m := mesh{
		oneLayer: b.Guarded(oneLayer), budget: b.Guarded(retryBudget), circuit: b.Guarded(circuitBreaker),
		bulkheads: b.Guarded(bulkheads), deadlines: b.Guarded(deadlines),
	}
	lost := &lostShard{}
	inventory := b.Service("inventory", m.leaf(b.Name("inventory"), lost))
	profiles := b.Service(profile, m.leaf(b.Name(profile), &lostShard{}))
	pricing := b.Service("pricing", m.relay(m.hop(inventory, 1)))
	checkouts := b.Service(checkout, m.relay(m.hop(pricing, 2)))
	edge := b.Service("gateway", m.edge(map[string]*hop{checkout: m.hop(checkouts, 3), profile: m.hop(profiles, 1)}))
	b.Switch(shardDown, lost.fault())
	b.Client(func(ctx context.Context, op load.Op) (string, error) {
		return "", part.Ask(ctx, b.Observer(), edge, "GET /"+op.Name+"/"+op.Key, nil, nil)
	})
}

// hop returns how the service that is so many layers from the leaf calls the next.
func (m mesh) hop(to *lab.Process, layer int) *hop {
	h := &hop{to: to, timeout: tryTime, deadline: m.deadlines}
	if m.oneLayer {
		h.timeout += time.Duration(layer-1) * layerTime
		h.passesOn = layer > 1
	}
	if m.budget {
		h.budget = &budget{share: retryShare, most: saved}
	}
	if m.circuit {
		h.circuit = &circuit{size: window, least: window, share: failing, wait: openTime, now: time.Now}
	}
	return h
}
