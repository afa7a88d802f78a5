package database

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/history"
	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// The effects that nodes with bounded connections record.
const (
	Connected    = "connected"    // by a node or a proxy: a connection of the instance in Key is open
	Disconnected = "disconnected" // by the same: it is closed
	Busy         = "busy"         // by a node: a connection was busy for N microseconds
)

// tooMany is what PostgreSQL says to a client over max_connections. A request can't be sent without a connection.
const tooMany = "FATAL: sorry, too many clients already"

// listener accepts connections. Each is a request that is answered for as long as the client wants.
type listener struct {
	most int // 0: as many as come
	mu   sync.Mutex
	open int
}

func (l *listener) accept(i *lab.Instance, life context.Context) part.Handler {
	return func(ctx context.Context, r *part.Request) (any, error) {
		if !l.add() {
			return nil, refused(tooMany)
		}
		by := part.Decode[string](r.Body)
		i.Effect(life, history.Event{Name: Connected, Key: by})
		return func(w io.Writer) {
			defer func() {
				l.mu.Lock()
				l.open--
				l.mu.Unlock()
				i.Effect(life, history.Event{Name: Disconnected, Key: by})
			}()
			if _, err := w.Write([]byte("\n")); err != nil {
				return
			}
			select {
			case <-ctx.Done():
			case <-life.Done():
			}
		}, nil
	}
}

func (l *listener) add() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.most > 0 && l.open >= l.most {
		return false
	}
	l.open++
	return true
}

// work takes the time of a statement, during which its connection is busy.
func (n *node) work(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	return n.Work(ctx, d)
}

// busy records how long a request has kept its connection.
func (n *node) busy(ctx context.Context, since time.Time) {
	if n.Service > 0 {
		n.Effect(ctx, history.Event{Name: Busy, N: time.Since(since).Microseconds()})
	}
}

// locks are those of rows. The zero value is free.
type locks struct {
	mu   sync.Mutex
	rows map[string]chan struct{} // has an element while the row is locked
}

// lock locks a row, and waits at most the timeout for whoever has it; 0 waits as long as the client does.
func (l *locks) lock(ctx context.Context, row string, timeout time.Duration) (unlock func(), err error) {
	if row == "" {
		return func() {}, nil
	}
	l.mu.Lock()
	if l.rows == nil {
		l.rows = map[string]chan struct{}{}
	}
	held, ok := l.rows[row]
	if !ok {
		held = make(chan struct{}, 1)
		l.rows[row] = held
	}
	l.mu.Unlock()
	var late <-chan time.Time
	if timeout > 0 {
		t := time.NewTimer(timeout)
		defer t.Stop()
		late = t.C
	}
	select {
	case held <- struct{}{}:
		return func() { <-held }, nil
	case <-late:
		return nil, refused("ERROR: canceling statement due to lock timeout")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
