package database

import (
	"context"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// Client is a service's way to a database, over the service's links. It keeps in mind who the primary is, and asks the
// supervisor again if a request fails.
type Client struct {
	*Database
	i *lab.Instance

	mu   sync.Mutex
	term Term
	turn int // of the replicas
}

// Timeout is how long a client waits for a node.
const Timeout = time.Second

// Client returns a client for an instance.
func (d *Database) Client(i *lab.Instance) *Client {
	return &Client{Database: d, i: i, term: d.first()}
}

// Commit executes statements in one transaction at the primary and returns its LSN.
func (c *Client) Commit(ctx context.Context, statements ...Statement) (lsn int64, err error) {
	term, _ := c.where()
	err = c.ask(ctx, term.Primary, "POST /write", write{term.Epoch, Tx{Statements: statements}}, &lsn)
	return lsn, err
}

// AtPrimary runs a query at the primary.
func (c *Client) AtPrimary(ctx context.Context, q Statement) (rows Rows, err error) {
	term, _ := c.where()
	err = c.ask(ctx, term.Primary, "POST /read", read{Epoch: term.Epoch, Query: q}, &rows)
	return rows, err
}

// AtReplica runs a query at one replica after the other, by turns. It waits until the replica has applied that LSN;
// with 0 it takes what is there.
func (c *Client) AtReplica(ctx context.Context, lsn int64, q Statement) (rows Rows, err error) {
	term, replica := c.where()
	err = c.ask(ctx, replica, "POST /read", read{term.Epoch, lsn, q}, &rows)
	return rows, err
}

// where returns the term, and a replica.
func (c *Client) where() (t Term, replica string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.turn++; c.names[c.turn%c.Nodes] == c.term.Primary; c.turn++ {
	}
	return c.term, c.names[c.turn%c.Nodes]
}

func (c *Client) ask(ctx context.Context, node, what string, body, answer any) error {
	limited, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	err := c.nodes.Ask(limited, c.i, node, what, body, answer)
	if err != nil {
		c.refresh(ctx)
	}
	return err
}

// refresh asks who the primary is.
func (c *Client) refresh(ctx context.Context) {
	ctx, cancel := part.Lasting(ctx, Heartbeat)
	defer cancel()
	var t Term
	if err := part.Ask(load.WithOperation(ctx, ""), c.i, c.supervisor, "GET /term", nil, &t); err != nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.Epoch > c.term.Epoch {
		c.term = t
	}
}
