package embedded

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack/internal/port"
)

// A gate is the address of a server, kept apart from the server. It gives a server that can't be
// stopped or stalled the look of a process that can: down, it refuses connections and has reset
// those there were; held, it accepts connections and passes nothing either way. The address
// stays the same throughout.
type gate struct {
	addr     string // numeric, with the port that the first listen got
	tcp      net.Addr
	accepted chan net.Conn

	mu      sync.Mutex
	ln      net.Listener // nil while down
	conns   map[*gateConn]struct{}
	running chan struct{} // closed while not held
	wg      sync.WaitGroup
}

// newGate opens a gate at an address of its own.
func newGate() (*gate, error) {
	ln, err := port.Listen()
	if err != nil {
		return nil, err
	}
	g := &gate{
		addr:     ln.Addr().String(),
		tcp:      ln.Addr(),
		accepted: make(chan net.Conn),
		conns:    map[*gateConn]struct{}{},
		running:  make(chan struct{}),
	}
	close(g.running)
	g.open(ln)
	return g, nil
}

// up opens the gate and lets traffic through. It changes nothing on one that is open.
func (g *gate) up() error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.ln != nil {
		return nil
	}
	ln, err := loopback.Listen(g.addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	g.open(ln)
	return nil
}

func (g *gate) open(ln net.Listener) {
	g.ln = ln
	g.wg.Go(func() { g.accept(ln) })
}

// down refuses new connections and resets the others, and ends a hold.
func (g *gate) down() {
	g.mu.Lock()
	if g.ln != nil {
		_ = g.ln.Close() // its only failure is to be closed already
		g.ln = nil
	}
	g.mu.Unlock()
	g.reset()
	g.release()
	g.wg.Wait()
}

// reset resets the open connections.
func (g *gate) reset() {
	g.mu.Lock()
	conns := g.conns
	g.conns = map[*gateConn]struct{}{}
	g.mu.Unlock()
	for c := range conns {
		c.reset()
	}
}

// hold stops traffic both ways; connections stay open and new ones are accepted.
func (g *gate) hold() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.running:
		g.running = make(chan struct{})
	default:
	}
}

// release ends a hold.
func (g *gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.running:
	default:
		close(g.running)
	}
}

func (g *gate) accept(ln net.Listener) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		c := &gateConn{Conn: conn, gate: g, closed: make(chan struct{})}
		g.mu.Lock()
		if g.ln != ln {
			g.mu.Unlock()
			_ = conn.Close()
			return
		}
		g.conns[c] = struct{}{}
		g.mu.Unlock()
		select {
		case g.accepted <- c:
		case <-c.closed:
		}
	}
}

// gateConn is a connection through a gate.
type gateConn struct {
	net.Conn
	gate   *gate
	once   sync.Once
	closed chan struct{}
}

// Read returns nothing while the gate is held, not even what had arrived before.
func (c *gateConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if werr := c.wait(); werr != nil {
		return 0, werr
	}
	return n, err
}

func (c *gateConn) Write(b []byte) (int, error) {
	if err := c.wait(); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

func (c *gateConn) Close() (err error) {
	c.end(func() { err = c.Conn.Close() })
	return err
}

// reset closes it as a dead process's kernel does.
func (c *gateConn) reset() { c.end(func() { loopback.Reset(c.Conn) }) }

func (c *gateConn) end(how func()) {
	c.once.Do(func() {
		close(c.closed)
		how()
		c.gate.mu.Lock()
		delete(c.gate.conns, c)
		c.gate.mu.Unlock()
	})
}

// wait returns when the gate is not held, or with an error when the connection is closed.
func (c *gateConn) wait() error {
	c.gate.mu.Lock()
	running := c.gate.running
	c.gate.mu.Unlock()
	select {
	case <-c.closed:
		return net.ErrClosed
	default:
	}
	select {
	case <-running:
		return nil
	case <-c.closed:
		return net.ErrClosed
	}
}

// listener returns a listener for a server behind the gate. Closing it leaves the gate as it is.
func (g *gate) listener() net.Listener {
	ctx, cancel := context.WithCancel(context.Background())
	return &gateListener{gate: g, ctx: ctx, cancel: cancel}
}

type gateListener struct {
	gate   *gate
	ctx    context.Context
	cancel context.CancelFunc
}

func (l *gateListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.gate.accepted:
		return c, nil
	case <-l.ctx.Done():
		return nil, net.ErrClosed
	}
}

func (l *gateListener) Close() error {
	l.cancel()
	return nil
}

func (l *gateListener) Addr() net.Addr { return l.gate.tcp }
