package link

import (
	"errors"
	"net"
	"os"
	"syscall"
)

// Why a pipe takes no more; other reasons are the socket's own errors.
var (
	errRetired    = errors.New("no toxic is left")
	errClosed     = errors.New("closed by the instance")
	errHalfClosed = errors.New("closed for writing by the instance")
	errByToxic    = errors.New("closed by a toxic")
)

// Clients see the errors that the kernel would have given them, so that their own classification and retries
// work.

var (
	errRefused = os.NewSyscallError("connect", syscall.ECONNREFUSED) // the link is cut
	errSevered = os.NewSyscallError("connect", syscall.ECONNRESET)   // the instance crashed
)

// target is the address of a failed dial.
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
