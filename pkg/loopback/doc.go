// Package loopback is the network of the embedded stack and of the instances of a design: TCP on
// 127.0.0.1. In an ordinary program it is the kernel's. In virtual time it is in memory: bytes that the
// kernel holds are not seen by Go's runtime, which would take everybody to be waiting and let the clock
// jump, sooner or later as the machine is idle or busy; and each system call may cost a goroutine its
// turn. In memory a byte that was written is there to be read, and who comes next depends on nothing
// outside of the program.
//
// Whoever listens or dials without this package does not meet those who do.
package loopback

import (
	"context"
	"net"
	"time"

	"github.com/crashlab/crashlab/pkg/virtual"
)

var memory network

// dialTime is how long a dial may take that was given no other time.
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

// Reset closes a connection in such a way that the other end sees a reset, and not an end.
func Reset(c net.Conn) {
	if tcp, ok := c.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0) // where it fails, the connection is at its end already
	}
	_ = c.Close()
}
