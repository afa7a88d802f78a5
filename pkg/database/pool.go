package database

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
)

// Tx is a transaction.
type Tx struct {
	Statements []Statement
	Lock       string        `json:",omitempty"` // the row that it locks, after the Service time; empty: none
	Takes      time.Duration `json:",omitempty"` // how long it keeps the lock
}

// PoolTimeout is how long a request waits in a pool's queue for a connection.
const PoolTimeout = 150 * time.Millisecond

// errExhausted is definite: the database has not heard of the request.
var errExhausted = load.Definite(fmt.Errorf("no connection of the pool was free within %s", PoolTimeout))

// Pools is an instance's pools of connections, one to each of some nodes. Transactions go to the first node, and
// queries to the others by turns, or to the first if there is no other. It does not follow a failover.
type Pools struct {
	pools []*pool
	mu    sync.Mutex
	turn  int
}

// Pools returns pools of so many connections each, all closed, to nodes or to a proxy.
func (d *Database) Pools(i *lab.Instance, size int, nodes ...string) *Pools {
	p := &Pools{}
	for _, n := range nodes {
		p.pools = append(p.pools, &pool{Database: d, i: i, node: n, size: size, idle: make(chan *connection, size)})
	}
	return p
}

// Open opens all connections, or as many as the nodes accept. They live until Close, or until ctx ends.
func (p *Pools) Open(ctx context.Context) {
	for _, each := range p.pools {
		each.open(ctx)
	}
}

// Close closes all connections, under whatever runs on them.
func (p *Pools) Close() {
	for _, each := range p.pools {
		each.close()
	}
}

// Commit executes a transaction and returns its LSN.
func (p *Pools) Commit(ctx context.Context, tx Tx) (lsn int64, err error) {
	err = p.pools[0].ask(ctx, "POST /write", write{p.pools[0].first().Epoch, tx}, &lsn)
	return lsn, err
}

// Query runs a query, which may not see what has just been committed.
func (p *Pools) Query(ctx context.Context, q Statement) (rows Rows, err error) {
	p.mu.Lock()
	p.turn++
	to := p.pools[0]
	if others := p.pools[1:]; len(others) > 0 {
		to = others[p.turn%len(others)]
	}
	p.mu.Unlock()
	err = to.ask(ctx, "POST /read", read{Epoch: to.first().Epoch, Query: q}, &rows)
	return rows, err
}

// pool is a fixed number of connections to one node, with a queue before them.
type pool struct {
	*Database
	i    *lab.Instance
	node string
	size int
	idle chan *connection

	mu     sync.Mutex
	opened int
	life   context.Context // nil while the pool is closed
	end    context.CancelFunc
	alive  sync.WaitGroup
}

// connection is closed when its life ends.
type connection struct{ life context.Context }

func (p *pool) open(ctx context.Context) {
	p.mu.Lock()
	p.life, p.end = context.WithCancel(ctx)
	p.mu.Unlock()
	for range p.size {
		if c, err := p.connect(ctx); err == nil {
			p.idle <- c
		}
	}
}

func (p *pool) close() {
	p.mu.Lock()
	end := p.end
	p.life = nil
	p.mu.Unlock()
	if end != nil {
		end()
	}
	p.alive.Wait()
	for len(p.idle) > 0 {
		<-p.idle
	}
}

// connect opens another connection if the pool may have one. A connection is a request that the node answers without
// end; what is asked over it is sent beside it.
func (p *pool) connect(ctx context.Context) (*connection, error) {
	p.mu.Lock()
	if p.opened == p.size || p.life == nil {
		p.mu.Unlock()
		return nil, errExhausted
	}
	p.opened++
	life, end := context.WithCancel(p.life)
	result := make(chan error, 2) // when it is open, and when it has ended
	p.alive.Go(func() {
		result <- p.nodes.Ask(life, p.i, p.node, "GET /connect", p.i.Name, func(r io.Reader) error {
			_, err := r.Read(make([]byte, 1))
			result <- err
			_, _ = io.Copy(io.Discard, r)
			return nil
		})
		end()
		p.mu.Lock()
		p.opened--
		p.mu.Unlock()
	})
	p.mu.Unlock()
	select {
	case err := <-result:
		return &connection{life}, err
	case <-ctx.Done():
		end()
		return nil, ctx.Err()
	}
}

// take returns a connection: an idle one, a new one, or the next that is given back.
func (p *pool) take(ctx context.Context) (*connection, error) {
	late := time.NewTimer(PoolTimeout)
	defer late.Stop()
	for {
		select {
		case c := <-p.idle:
			if c.life.Err() == nil {
				return c, nil
			}
			continue
		default:
		}
		c, err := p.connect(ctx)
		if err == nil {
			return c, nil
		}
		if p.has() == 0 {
			return nil, err
		}
		select {
		case c := <-p.idle:
			if c.life.Err() == nil {
				return c, nil
			}
		case <-late.C:
			return nil, errExhausted
		case <-ctx.Done():
			return nil, load.Definite(ctx.Err()) // still in the queue
		}
	}
}

func (p *pool) has() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.opened
}

// ask sends a request over a connection, which nobody else has meanwhile.
func (p *pool) ask(ctx context.Context, what string, body, answer any) error {
	c, err := p.take(ctx)
	if err != nil {
		return err
	}
	err = p.nodes.Ask(ctx, p.i, p.node, what, body, answer)
	if c.life.Err() == nil {
		p.idle <- c
	}
	return err
}
