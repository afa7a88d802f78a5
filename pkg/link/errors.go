package link

import (
	"errors"
	"net"
	"os"
	"syscall"
)

// Why a pipe gets no more; the other reasons are the socket's own errors.
var (
	errRetired    = errors.New("no toxic is left")
	errClosed     = errors.New("closed by the instance")
	errHalfClosed = errors.New("closed for writing by the instance")
	errByToxic    = errors.New("closed by a toxic")
)

// The errors that a client sees are those the kernel would have given it, so that its own
// classification and retry work.

var (
	errRefused = os.NewSyscallError("connect", syscall.ECONNREFUSED) // the link is cut
	errSevered = os.NewSyscallError("connect", syscall.ECONNRESET)   // the instance crashed
)

// target is the address of a dial that did not come about.
type target string

func (target) Network() string  { return "tcp" }
func (t target) String() string { return string(t) }

func dialError(network, addr string, err error) error {
	return &net.OpError{Op: "dial", Net: network, Addr: target(addr), Err: err}
}

func (c *conn) opError(op string, err error) error {
	return &net.OpError{Op: op, Net: "tcp", Source: c.raw.LocalAddr(), Addr: c.raw.RemoteAddr(), Err: err}
}

func (c *conn) resetError(op string) error {
	return c.opError(op, os.NewSyscallError(op, syscall.ECONNRESET))
}
