package gateway

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
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

// call is the effect that a caller records for each try: Key is the service called.
const call = "call"

// mesh is the system under every design: a gateway and four services. They differ in how one calls
// another.
type mesh struct {
	env       *lab.Env
	deadlines bool // requests carry their deadline, and work ends with it
	edge      *lab.Process
	client    *http.Client
}

// design is what the designs differ in.
type design struct {
	deadlines bool
	bulkheads bool
	// hop returns how the service that is so many layers from the leaf calls the next.
	hop func(to *lab.Process, layer int) *hop
}

// start brings the mesh up from the leaves to the edge.
func (d design) start(ctx context.Context, env *lab.Env) (*lab.System, error) {
	m := &mesh{env: env, deadlines: d.deadlines, client: env.Observer().HTTP()}
	inventory, err := env.Run(ctx, "inventory", m.leaf(leafWorkers))
	if err != nil {
		return nil, err
	}
	profile, err := env.Run(ctx, "profile", m.leaf(leafWorkers))
	if err != nil {
		return nil, err
	}
	pricing, err := env.Run(ctx, "pricing", m.relay(d.hop(inventory, 1)))
	if err != nil {
		return nil, err
	}
	checkout, err := env.Run(ctx, "checkout", m.relay(d.hop(pricing, 2)))
	if err != nil {
		return nil, err
	}
	shared := newPool(edgeWorkers, edgeQueue)
	routes := map[string]route{"/checkout": {shared, d.hop(checkout, 3)}, "/profile": {shared, d.hop(profile, 1)}}
	if d.bulkheads {
		for path, r := range routes {
			r.pool = newPool(edgeWorkers/len(routes), edgeQueue)
			routes[path] = r
		}
	}
	if m.edge, err = env.Run(ctx, "gateway", m.gateway(routes)); err != nil {
		return nil, err
	}
	return &lab.System{Do: m.send}, nil
}

// unrelated is the key of the clients that ask for their profile. All others check out. The runner's own
// requests ask for what is not at fault, to see whether the gateway is well.
const unrelated = "k0"

const clients = 4 // keys; they come in rounds, so that exactly one request in four is unrelated

// send is a client. It only reads, so that what fails has not happened.
func (m *mesh) send(ctx context.Context, op load.Op) (string, error) {
	path := "/checkout"
	if op.Key == unrelated || op.Canary {
		path = "/profile"
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+m.edge.Addr()+path, nil)
	if err != nil {
		return "", load.Definite(err)
	}
	req.Header.Set(requestID, op.ID)
	err = get(m.client, req)
	if errors.Is(err, errUnavailable) {
		return "", load.Definite(fmt.Errorf("get %s: %w", path, err))
	}
	return "", err
}
