package loopback

import (
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// conn is one end of a connection. It closes, half-closes and resets like a TCP connection, with the kernel's
// errors.
type conn struct {
	in, out       *stream
	local, remote net.Addr
	writing       sync.Mutex // one Write at a time
	abrupt        atomic.Bool
	closed        atomic.Bool
}

// pair returns the two ends of a connection: the dialing and the listening one.
func pair(dialer, listener net.Addr) (*conn, *conn) {
	to, from := newStream(), newStream()
	return &conn{in: from, out: to, local: dialer, remote: listener}, &conn{
		in: to, out: from, local: listener, remote: dialer,
	}
}

func (c *conn) Read(b []byte) (int, error) {
	n, err := c.in.take(b)
	return n, c.explain("read", err)
}

func (c *conn) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	n, err := c.out.put(b)
	return n, c.explain("write", err)
}

// Close ends the connection. The other end can still read what was written to it, unless SetLinger(0) was
// called: then it sees a reset.
func (c *conn) Close() error {
	if c.closed.Swap(true) {
		return c.explain("close", net.ErrClosed)
	}
	c.in.leave()
	c.out.end()
	if c.abrupt.Load() {
		c.in.reset()
		c.out.reset()
	}
	return nil
}

// CloseWrite tells the other end that nothing more comes.
func (c *conn) CloseWrite() error {
	if c.closed.Load() {
		return c.explain("close", net.ErrClosed)
	}
	c.out.end()
	return nil
}

// SetLinger is the socket option of that name; only 0 has an effect.
func (c *conn) SetLinger(seconds int) error {
	c.abrupt.Store(seconds == 0)
	return nil
}

func (c *conn) LocalAddr() net.Addr  { return c.local }
func (c *conn) RemoteAddr() net.Addr { return c.remote }

func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *conn) SetReadDeadline(t time.Time) error {
	if c.closed.Load() {
		return c.explain("set", net.ErrClosed)
	}
	c.in.setDeadline(&c.in.reader, t)
	return nil
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	if c.closed.Load() {
		return c.explain("set", net.ErrClosed)
	}
	c.out.setDeadline(&c.out.writer, t)
	return nil
}

// explain makes an error look like the kernel's.
func (c *conn) explain(op string, err error) error {
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return err
	case errors.Is(err, os.ErrClosed):
		err = net.ErrClosed
	}
	return &net.OpError{Op: op, Net: "tcp", Source: c.local, Addr: c.remote, Err: err}
}

// SyscallConn lets a client check whether a pooled connection is still good, as go-redis does. There is no
// file descriptor: the check is ours, and the error is its result.
func (c *conn) SyscallConn() (syscall.RawConn, error) { return look{c}, nil }

type look struct{ c *conn }

var errUnread = errors.New("unread bytes on the connection")

func (l look) Control(func(fd uintptr)) error { return errors.ErrUnsupported }

// Read returns io.EOF if the other end is gone, and an error if there are unexpected bytes.
func (l look) Read(func(fd uintptr) bool) error {
	switch bytes, over := l.c.in.unread(); {
	case bytes:
		return errUnread
	case over:
		return io.EOF
	}
	return nil
}

func (l look) Write(func(fd uintptr) bool) error { return errors.ErrUnsupported }
