package link

import (
	"errors"
	"net"
	"os"
	"syscall"
)

// SyscallConn lets a client check the socket before it reuses a pooled connection, as go-redis does. So it
// notices a dead one as it would without us.
func (c *conn) SyscallConn() (syscall.RawConn, error) {
	sc, ok := c.raw.(syscall.Conn)
	if !ok {
		return nil, c.opError("syscall", errors.ErrUnsupported)
	}
	raw, err := sc.SyscallConn()
	if err != nil {
		return nil, c.explain(err, false)
	}
	return rawConn{c, raw}, nil
}

// rawConn is the socket while a direction is direct. While a pipe owns it there is nothing to check: the
// callback is not called, and only the connection's end is an error.
type rawConn struct {
	conn *conn
	raw  syscall.RawConn
}

func (r rawConn) Control(f func(fd uintptr)) error { return r.raw.Control(f) }

func (r rawConn) Read(f func(fd uintptr) bool) error {
	return r.with(Answers, func() error { return r.raw.Read(f) })
}

func (r rawConn) Write(f func(fd uintptr) bool) error {
	return r.with(Requests, func() error { return r.raw.Write(f) })
}

func (r rawConn) with(way Direction, call func() error) error {
	f := &r.conn.flows[way]
	if f.enter() {
		err := call()
		kicked := f.pipe.Load() != nil
		f.leave()
		if kicked && errors.Is(err, os.ErrDeadlineExceeded) {
			return nil
		}
		return r.conn.explain(err, way == Requests)
	}
	select {
	case <-r.conn.done:
		return r.conn.explain(r.conn.opError("raw", net.ErrClosed), way == Requests)
	default:
		return nil
	}
}
