package database

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/load"
	"github.com/crashlab/crashlab/pkg/part"
)

// node is one life of a node.
type node struct {
	*Database
	*lab.Instance
	life context.Context // ends with the process
	held locks

	mu      sync.Mutex
	store   *store
	term    Term
	acked   int64         // the highest LSN that a replica has, as the primary knows
	follows bool          // a primary's log, at the moment
	changed chan struct{} // closed and replaced when any of these changes
}

// node is a node's service.
func (d *Database) node(ctx context.Context, i *lab.Instance) (err error) {
	n := &node{Database: d, Instance: i, life: ctx, changed: make(chan struct{})}
	if n.store, err = open(ctx, d.file(i.Name), d.Schema); err != nil {
		return err
	}
	defer func() {
		n.mu.Lock() // for a commit in progress
		defer n.mu.Unlock()
		err = errors.Join(err, n.store.db.Close())
	}()
	if n.term, err = n.store.term(ctx, d.first()); err != nil {
		return err
	}
	var following sync.WaitGroup
	defer following.Wait()
	following.Go(n.follow)
	return part.Serve(ctx, i, map[string]part.Handler{
		"GET /state":   func(context.Context, *part.Request) (any, error) { return n.state(), nil },
		"GET /log":     n.ship,
		"GET /connect": (&listener{most: d.MaxConnections}).accept(i, ctx),
		"POST /ack":    handle(n.ack),
		"POST /term":   handle(n.enter),
		"POST /write":  handle(n.write),
		"POST /read":   handle(n.read),
	})
}

// handle returns a handler of JSON that answers with JSON.
func handle[T any](do func(ctx context.Context, sent T) (any, error)) part.Handler {
	return func(ctx context.Context, r *part.Request) (any, error) { return do(ctx, part.Decode[T](r.Body)) }
}

// refused is the answer to what a node must not do. Nothing has happened.
func refused(why string, args ...any) error {
	return &part.Status{Code: http.StatusConflict, Text: fmt.Sprintf(why, args...)}
}

// state is what a node says of itself.
type state struct {
	Term
	Name    string
	Last    Entry
	Follows bool
}

func (n *node) state() state {
	n.mu.Lock()
	defer n.mu.Unlock()
	return state{n.term, n.Name, n.store.last, n.follows}
}

// change says that something has changed. The lock is held.
func (n *node) change() {
	close(n.changed)
	n.changed = make(chan struct{})
}

// until waits, with the lock held, until is is true. It fails if the term changes, or the request or the process ends.
func (n *node) until(ctx context.Context, is func() bool) error {
	for term := n.term; !is(); {
		changed := n.changed
		n.mu.Unlock()
		var err error
		select {
		case <-changed:
		case <-ctx.Done():
			err = ctx.Err()
		case <-n.life.Done():
			err = n.life.Err()
		}
		n.mu.Lock()
		if err == nil && n.term != term {
			err = fmt.Errorf("the primary is now %q, in epoch %d", n.term.Primary, n.term.Epoch)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checked refuses a request for another epoch than the node's.
func (n *node) checked(epoch int64) error {
	if n.Fenced && epoch != n.term.Epoch {
		return refused("%s is in epoch %d, the request in %d", n.Name, n.term.Epoch, epoch)
	}
	return nil
}

// write is a transaction to commit, sent in that epoch.
type write struct {
	Epoch int64
	Tx
}

// write commits a transaction and answers with its LSN. Whoever waits for a lock keeps a connection meanwhile.
func (n *node) write(ctx context.Context, w write) (any, error) {
	defer n.busy(ctx, time.Now())
	if err := n.work(ctx, n.Service); err != nil {
		return nil, err
	}
	unlock, err := n.held.lock(ctx, w.Lock, n.LockTimeout)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if err := n.work(ctx, w.Takes); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.checked(w.Epoch); err != nil {
		return nil, err
	}
	if n.term.Primary != n.Name {
		return nil, refused("%s is read-only: the primary is %q", n.Name, n.term.Primary)
	}
	e := Entry{n.store.last.LSN + 1, n.term.Epoch, load.OperationOf(ctx), w.Statements}
	if err := n.commit(e, Committed); err != nil {
		return nil, load.Definite(err)
	}
	if n.SemiSync {
		if err := n.until(ctx, func() bool { return n.acked >= e.LSN }); err != nil {
			return nil, fmt.Errorf("no replica has %d: %w", e.LSN, err)
		}
	}
	return e.LSN, nil
}

// commit appends an entry. No caller that gives up can interrupt it.
func (n *node) commit(e Entry, effect string) error {
	if n.life.Err() != nil {
		return n.life.Err()
	}
	if err := n.store.commit(context.WithoutCancel(n.life), e); err != nil {
		return err
	}
	record(n.life, n.Instance, effect, e.Op, e.LSN)
	n.change()
	return nil
}

// read is a query, sent in that epoch, of what a node has once it has applied that LSN.
type read struct {
	Epoch, LSN int64
	Query      Statement
}

// Rows is what a query has selected, as text.
type Rows struct {
	Rows [][]string
	LSN  int64 // that the node had applied
}

// read answers a query. What a primary has and no replica may yet be lost, so it is not shown.
func (n *node) read(ctx context.Context, r read) (any, error) {
	defer n.busy(ctx, time.Now())
	if err := n.work(ctx, n.Service); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.checked(r.Epoch); err != nil {
		return nil, err
	}
	if err := n.until(ctx, func() bool { return n.store.last.LSN >= r.LSN }); err != nil {
		return nil, fmt.Errorf("%s has %d, not yet %d: %w", n.Name, n.store.last.LSN, r.LSN, err)
	}
	rows, err := n.store.query(ctx, r.Query)
	if err != nil {
		return nil, load.Definite(err)
	}
	read := Rows{rows, n.store.last.LSN}
	if n.SemiSync && n.term.Primary == n.Name {
		err = n.until(ctx, func() bool { return n.acked >= read.LSN })
	}
	return read, err
}

// enter takes over a newer term.
func (n *node) enter(_ context.Context, t Term) (any, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if t.Epoch < n.term.Epoch || t.Epoch == n.term.Epoch && n.term.Primary != "" && t != n.term {
		return nil, refused("%s is in epoch %d", n.Name, n.term.Epoch)
	}
	if t == n.term {
		return state{n.term, n.Name, n.store.last, n.follows}, nil
	}
	if err := n.store.setTerm(n.life, t); err != nil {
		return nil, err
	}
	n.term = t
	n.change()
	if t.Primary == n.Name { // its first entry says where its epoch begins
		n.acked = 0
		if err := n.commit(Entry{LSN: n.store.last.LSN + 1, Epoch: t.Epoch}, Committed); err != nil {
			return nil, err
		}
		record(n.life, n.Instance, Promoted, "", t.Epoch)
	}
	return state{n.term, n.Name, n.store.last, n.follows}, nil
}
