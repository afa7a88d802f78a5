// Package loopback is the network of the embedded stack and of a design's instances: TCP on 127.0.0.1. In an
// ordinary program it is the kernel's. In virtual time it is in memory. Go's runtime does not see bytes that
// the kernel holds: it would take every goroutine to be waiting and let the clock jump at a moment that
// depends on the machine's load. And each system call may cost a goroutine its turn. In memory a written byte
// can be read, and the order of goroutines depends only on the program.
//
// A program that listens or dials without this package does not reach those that use it.
package loopback

import (
	"context"
	"net"
	"time"

	"github.com/crashlab/crashlab/pkg/virtual"
)

var memory network

// dialTime is the default limit of a dial.
const dialTime = 30 * time.Second

// Listen listens at an address such as "127.0.0.1:20001".
func Listen(addr string) (net.Listener, error) {
	if virtual.On {
		return memory.listen(addr)
	}
	return net.Listen("tcp", addr)
}

// Dial connects to a listener at a TCP address.
func Dial(ctx context.Context, network, addr string) (net.Conn, error) {
	if virtual.On {
		return memory.dial(ctx, network, addr)
	}
	return (&net.Dialer{Timeout: dialTime}).DialContext(ctx, network, addr)
}

// Reset closes a connection so that the other end sees a reset instead of an end.
func Reset(c net.Conn) {
	if tcp, ok := c.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0) // if it fails, the connection has already ended
	}
	_ = c.Close()
}
