package engine

import (
	"errors"
	"net"
	"runtime/debug"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// Serve answers a connection until it ends, and closes it. A panic outside of a command, whose own ends no
// connection, ends this connection alone.
func (e *Engine) Serve(conn net.Conn) {
	c := e.join(conn)
	defer e.leave(c)
	defer func() {
		if p := recover(); p != nil {
			e.Log.Error("connection panicked", zap.String("command", c.LastCmd), zap.Any("panic", p),
				zap.ByteString("stack", debug.Stack()))
		}
	}()
	r := resp.NewReader(conn)
	w := &resp.Writer{}
	for {
		if !r.Buffered() {
			c.flush()
		}
		args, err := r.Read()
		if err != nil {
			var bad resp.ProtocolError
			if errors.As(err, &bad) {
				w.Buf = w.Buf[:0]
				w.Error("ERR " + bad.Error())
				c.emit(w.Buf)
			}
			c.flush()
			return
		}
		if len(args) == 0 {
			continue
		}
		wait := e.do(c, args, w)
		if wait != nil && !e.await(c, wait, r) || c.closing || c.killed.Load() {
			c.flush()
			return
		}
		if cap(w.Buf) > 1<<20 {
			w.Buf = nil // a huge reply would keep its memory forever
		}
	}
}

func (e *Engine) join(conn net.Conn) *Client {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.lastID++
	e.stats.Connections++
	c := &Client{
		ID: e.lastID, Addr: conn.RemoteAddr().String(), Local: conn.LocalAddr().String(), User: "default",
		Authenticated: !e.Protected(), Created: e.Clock.Now(), conn: conn, done: make(chan struct{}),
		channels: map[string]struct{}{}, patterns: map[string]struct{}{}, shards: map[string]struct{}{},
	}
	c.Last = c.Created
	e.clients[c.ID] = c
	return c
}

func (e *Engine) leave(c *Client) {
	_ = c.conn.Close() // it may have ended already
	e.mu.Lock()
	defer e.mu.Unlock()
	delete(e.clients, c.ID)
	c.Unwatch()
	e.pubsub.drop(c)
	if c.blocked != nil {
		c.blocked.remove()
	}
	for _, f := range e.OnLeave {
		f(c)
	}
	close(c.done)
}

// Disconnect closes a client's connection at once, unless it is the caller's own, which gets its reply first.
func (e *Engine) Disconnect(by, c *Client) {
	c.Kill()
	if c != by {
		_ = c.conn.Close()
	}
}
