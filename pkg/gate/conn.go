package gate

import (
	"net"
	"sync"

	"github.com/crashlab/crashlab/pkg/loopback"
)

// conn is a connection through a gate.
type conn struct {
	net.Conn
	gate  *Gate
	once  sync.Once
	gone  chan struct{} // closed with the connection
	after func()        // runs at the close; may be nil
}

// Conn returns a connection that passes nothing while the gate is shut, not even what had arrived before.
// Closing it ends delayed reads and writes.
func (g *Gate) Conn(c net.Conn) net.Conn { return g.conn(c) }

func (g *Gate) conn(c net.Conn) *conn { return &conn{Conn: c, gate: g, gone: make(chan struct{})} }

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if held := c.wait(); held != nil {
		return 0, held
	}
	return n, err
}

func (c *conn) Write(b []byte) (int, error) {
	if err := c.wait(); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// wait returns nil when the gate is open and the connection is not closed.
func (c *conn) wait() error {
	_ = c.gate.Wait(c.gone) // the next lines check for a close
	select {
	case <-c.gone:
		return net.ErrClosed
	default:
		return nil
	}
}

func (c *conn) Close() (err error) {
	c.end(func() { err = c.Conn.Close() })
	return err
}

// reset closes it as a dead process's kernel does.
func (c *conn) reset() { c.end(func() { loopback.Reset(c.Conn) }) }

func (c *conn) end(how func()) {
	c.once.Do(func() {
		close(c.gone)
		how()
		if c.after != nil {
			c.after()
		}
	})
}

// Listener accepts connections through a gate. Close stops accepting and keeps the existing connections.
type Listener struct {
	net.Listener
	gate *Gate

	mu      sync.Mutex
	severed bool
	conns   map[*conn]struct{}
}

// Listener returns a listener whose connections go through the gate.
func (g *Gate) Listener(ln net.Listener) *Listener {
	return &Listener{Listener: ln, gate: g, conns: map[*conn]struct{}{}}
}

// Accept returns the next connection, and an error once the listener is closed.
func (l *Listener) Accept() (net.Conn, error) {
	accepted, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.severed {
		_ = accepted.Close()
		return nil, net.ErrClosed
	}
	c := l.gate.conn(accepted)
	c.after = func() { l.forget(c) }
	l.conns[c] = struct{}{}
	return c, nil
}

func (l *Listener) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
}

// Reset resets the existing connections and goes on accepting.
func (l *Listener) Reset() {
	l.mu.Lock()
	conns := l.conns
	l.conns = map[*conn]struct{}{}
	l.mu.Unlock()
	for c := range conns {
		c.reset()
	}
}

// Sever closes the listener and resets its connections, as a dead process's kernel does.
func (l *Listener) Sever() {
	l.mu.Lock()
	l.severed = true
	l.mu.Unlock()
	_ = l.Close() // fails only if it is already closed
	l.Reset()
}
