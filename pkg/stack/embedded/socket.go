package embedded

import (
	"context"
	"fmt"
	"net"
	"sync"

	"github.com/crashlab/crashlab/pkg/gate"
	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack/internal/port"
)

// socket is the address of a server, separate from the server. It makes a server that can't be stopped or
// stalled look like a process that can. Down, it refuses connections and has reset the open ones. Held, it
// accepts connections and passes nothing either way. The address stays the same throughout.
type socket struct {
	addr     string // numeric, with the port that the first listen got
	tcp      net.Addr
	gate     gate.Gate // shut while held
	accepted chan net.Conn

	mu   sync.Mutex
	ln   *gate.Listener // nil while down
	stop chan struct{}  // closed when it goes down
	wg   sync.WaitGroup
}

// newSocket listens on a port, or on any free one if that is 0.
func newSocket(number int) (*socket, error) {
	ln, err := port.ListenOn(number)
	if err != nil {
		return nil, err
	}
	s := &socket{addr: ln.Addr().String(), tcp: ln.Addr(), accepted: make(chan net.Conn)}
	s.open(ln)
	return s, nil
}

// up listens again. It does nothing unless the socket is down.
func (s *socket) up() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ln != nil {
		return nil
	}
	ln, err := loopback.Listen(s.addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	s.open(ln)
	return nil
}

func (s *socket) open(inner net.Listener) {
	ln, stop := s.gate.Listener(inner), make(chan struct{})
	s.ln, s.stop = ln, stop
	s.wg.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			select {
			case s.accepted <- conn:
			case <-stop:
			}
		}
	})
}

// down refuses new connections, resets the others, and ends a hold.
func (s *socket) down() {
	s.mu.Lock()
	if s.ln != nil {
		close(s.stop)
		s.ln.Sever()
		s.ln = nil
	}
	s.mu.Unlock()
	s.release()
	s.wg.Wait()
}

// reset resets the open connections.
func (s *socket) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ln != nil {
		s.ln.Reset()
	}
}

// hold stops traffic both ways; connections stay open and new ones are accepted.
func (s *socket) hold() { s.gate.Shut() }

// release ends a hold.
func (s *socket) release() { s.gate.Open() }

// listener returns a listener for a server behind the socket. Closing it leaves the socket as it is.
func (s *socket) listener() net.Listener {
	ctx, cancel := context.WithCancel(context.Background())
	return &listener{socket: s, ctx: ctx, cancel: cancel}
}

type listener struct {
	socket *socket
	ctx    context.Context
	cancel context.CancelFunc
}

func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.socket.accepted:
		return c, nil
	case <-l.ctx.Done():
		return nil, net.ErrClosed
	}
}

func (l *listener) Close() error {
	l.cancel()
	return nil
}

func (l *listener) Addr() net.Addr { return l.socket.tcp }
