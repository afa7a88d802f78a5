package lab

import (
	"errors"
	"net"
	"sync"

	"github.com/crashlab/crashlab/pkg/loopback"
)

// gate lets traffic through while it is open. The zero value is open.
type gate struct {
	mu   sync.Mutex
	shut chan struct{} // closed when the gate opens; nil while it is open
}

func (g *gate) close() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut == nil {
		g.shut = make(chan struct{})
	}
}

func (g *gate) open() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.shut != nil {
		close(g.shut)
		g.shut = nil
	}
}

var errGone = errors.New("closed while frozen")

// wait returns nil once the gate is open, and errGone if gone is closed first.
func (g *gate) wait(gone <-chan struct{}) error {
	g.mu.Lock()
	shut := g.shut
	g.mu.Unlock()
	if shut == nil {
		return nil
	}
	select {
	case <-shut:
		return nil
	case <-gone:
		return errGone
	}
}

// gatedConn is a connection of an instance: nothing passes while the instance is frozen.
type gatedConn struct {
	net.Conn
	gate  *gate
	gone  chan struct{}
	once  sync.Once
	after func()
}

func newGatedConn(c net.Conn, g *gate, after func()) *gatedConn {
	return &gatedConn{Conn: c, gate: g, gone: make(chan struct{}), after: after}
}

func (c *gatedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if gone := c.gate.wait(c.gone); gone != nil {
		return 0, gone
	}
	return n, err
}

func (c *gatedConn) Write(p []byte) (int, error) {
	if err := c.gate.wait(c.gone); err != nil {
		return 0, err
	}
	return c.Conn.Write(p)
}

func (c *gatedConn) Close() error {
	c.once.Do(func() {
		close(c.gone)
		if c.after != nil {
			c.after()
		}
	})
	return c.Conn.Close()
}

// gatedListener accepts connections that are gated. Closed, it accepts no more and leaves those that
// it has.
type gatedListener struct {
	net.Listener
	gate *gate

	mu      sync.Mutex
	severed bool
	conns   map[net.Conn]struct{}
}

func (l *gatedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.severed {
		c.Close()
		return nil, net.ErrClosed
	}
	g := newGatedConn(c, l.gate, func() { l.forget(c) })
	l.conns[c] = struct{}{}
	return g, nil
}

func (l *gatedListener) forget(c net.Conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
}

// sever closes it and its connections, with a reset, as a dead process's kernel does.
func (l *gatedListener) sever() {
	l.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.severed = true
	for c := range l.conns {
		loopback.Reset(c)
	}
	clear(l.conns)
}
