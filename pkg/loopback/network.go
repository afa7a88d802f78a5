package loopback

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"os"
	"sync"
	"syscall"
	"time"
)

// Ports that the system assigns: those of listeners at port 0, and the local ends of connections.
const (
	firstListened = 10000
	firstDialed   = 40000
	lastDialed    = 60000
)

// backlog is how many connections a listener holds that are not yet accepted; further dials wait.
const backlog = 4096

// network is a loopback in memory. Its zero value has no listeners.
type network struct {
	mu        sync.Mutex
	listeners map[netip.AddrPort]*listener
	listened  uint16 // the last port given to a listener at port 0
	dialed    uint16 // the last local port given to a connection
}

func (n *network) listen(addr string) (net.Listener, error) {
	at, err := parse(addr)
	if err != nil {
		return nil, &net.OpError{Op: "listen", Net: "tcp", Err: err}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	for at.Port() == 0 {
		n.listened = max(n.listened, firstListened) + 1
		if free := netip.AddrPortFrom(at.Addr(), n.listened); n.listeners[free] == nil {
			at = free
		}
	}
	if n.listeners[at] != nil {
		return nil, &net.OpError{
			Op: "listen", Net: "tcp", Addr: net.TCPAddrFromAddrPort(at), Err: os.NewSyscallError("bind", syscall.EADDRINUSE),
		}
	}
	l := &listener{network: n, at: at, arrived: make(chan *conn, backlog), closed: make(chan struct{})}
	if n.listeners == nil {
		n.listeners = map[netip.AddrPort]*listener{}
	}
	n.listeners[at] = l
	return l, nil
}

func (n *network) dial(ctx context.Context, network, addr string) (net.Conn, error) {
	fail := func(at net.Addr, err error) error {
		return &net.OpError{Op: "dial", Net: network, Addr: at, Err: err}
	}
	at, err := parse(addr)
	if err != nil {
		return nil, fail(nil, err)
	}
	remote := net.TCPAddrFromAddrPort(at)
	if err := ctx.Err(); err != nil {
		return nil, fail(remote, err)
	}
	n.mu.Lock()
	l := n.listeners[at]
	if n.dialed++; n.dialed < firstDialed || n.dialed >= lastDialed {
		n.dialed = firstDialed
	}
	local := &net.TCPAddr{IP: remote.IP, Port: int(n.dialed)}
	n.mu.Unlock()
	arrives := time.NewTimer(hop)
	defer arrives.Stop()
	select {
	case <-arrives.C:
	case <-ctx.Done():
		return nil, fail(remote, ctx.Err())
	}
	refused := os.NewSyscallError("connect", syscall.ECONNREFUSED)
	if l == nil {
		return nil, fail(remote, refused)
	}
	here, there := pair(local, remote)
	select {
	case l.arrived <- there:
	case <-l.closed:
		return nil, fail(remote, refused)
	case <-ctx.Done():
		return nil, fail(remote, ctx.Err())
	}
	select {
	case <-l.closed: // perhaps after it reset those it held
		l.refuse()
	default:
	}
	return here, nil
}

// parse reads an address of this machine's loopback.
func parse(addr string) (netip.AddrPort, error) {
	at, err := net.ResolveTCPAddr("tcp", addr)
	if err != nil {
		return netip.AddrPort{}, err
	}
	if len(at.IP) > 0 && !at.IP.IsLoopback() && !at.IP.IsUnspecified() {
		return netip.AddrPort{}, fmt.Errorf("%s is not on this machine: %w", addr, syscall.ENETUNREACH)
	}
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), uint16(at.Port)), nil
}

// listener is an address at which connections arrive.
type listener struct {
	network *network
	at      netip.AddrPort
	arrived chan *conn
	once    sync.Once
	closed  chan struct{}
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case <-l.closed:
	default:
		select {
		case c := <-l.arrived:
			return c, nil
		case <-l.closed:
		}
	}
	return nil, &net.OpError{Op: "accept", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed}
}

// Close frees the address and resets the connections that were not accepted.
func (l *listener) Close() error {
	err := error(&net.OpError{Op: "close", Net: "tcp", Addr: l.Addr(), Err: net.ErrClosed})
	l.once.Do(func() {
		l.network.mu.Lock()
		delete(l.network.listeners, l.at)
		l.network.mu.Unlock()
		close(l.closed)
		l.refuse()
		err = nil
	})
	return err
}

func (l *listener) refuse() {
	for {
		select {
		case c := <-l.arrived:
			Reset(c)
		default:
			return
		}
	}
}

func (l *listener) Addr() net.Addr { return net.TCPAddrFromAddrPort(l.at) }
