// Package faulttest provides a surface and helpers for tests of faults.
package faulttest

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/link"
	"github.com/crashlab/crashlab/pkg/stack"
)

// echoes is a server that can be killed, restarted at the same address, paused and resumed.
type echoes struct {
	addr string

	mu       sync.Mutex
	listener net.Listener
	conns    map[net.Conn]bool
	paused   bool
	thawed   *sync.Cond // on mu: no longer paused, or killed
	all      sync.WaitGroup
}

func (e *echoes) Start(context.Context) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.listener != nil {
		return nil
	}
	at := e.addr
	if at == "" {
		at = "127.0.0.1:0"
	}
	l, err := net.Listen("tcp", at)
	if err != nil {
		return err
	}
	e.addr, e.listener, e.conns, e.paused = l.Addr().String(), l, make(map[net.Conn]bool), false
	e.all.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			e.mu.Lock()
			dead := e.listener != l
			if !dead {
				e.conns[c] = true
			}
			e.mu.Unlock()
			if dead {
				c.Close()
				continue
			}
			e.all.Go(func() { e.serve(c) })
		}
	})
	return nil
}

func (e *echoes) serve(c net.Conn) {
	defer c.Close()
	buf := make([]byte, 4096)
	for {
		n, err := c.Read(buf)
		if err != nil {
			return
		}
		e.mu.Lock()
		for e.paused && e.conns[c] {
			e.thawed.Wait()
		}
		e.mu.Unlock()
		if _, err := c.Write(buf[:n]); err != nil {
			return
		}
	}
}

func (e *echoes) Kill(context.Context) error {
	e.mu.Lock()
	if e.listener != nil {
		e.listener.Close()
		e.listener = nil
	}
	for c := range e.conns {
		c.Close()
	}
	clear(e.conns)
	e.thawed.Broadcast()
	e.mu.Unlock()
	e.all.Wait()
	return nil
}

func (e *echoes) Pause(context.Context) error  { return e.pause(true) }
func (e *echoes) Resume(context.Context) error { return e.pause(false) }

func (e *echoes) pause(on bool) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.paused = on
	e.thawed.Broadcast()
	return nil
}

// Immortal is a process that can't be stopped or paused.
type Immortal struct{}

func (Immortal) Kill(context.Context) error   { return nil }
func (Immortal) Start(context.Context) error  { return nil }
func (Immortal) Pause(context.Context) error  { return nil }
func (Immortal) Resume(context.Context) error { return nil }

// Surface has a server named redis, and an instance billing-1 that dials it.
func Surface(t testing.TB) *fault.Surface {
	t.Helper()
	server := &echoes{}
	server.thawed = sync.NewCond(&server.mu)
	if err := server.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	links := link.NewTable(nil)
	links.Name(server.addr, stack.Redis)
	t.Cleanup(func() {
		if err := errors.Join(links.Close(), server.Kill(context.Background())); err != nil {
			t.Error(err)
		}
	})
	return &fault.Surface{
		Links: links, Instances: []string{"billing-1"}, Seed: 42, Data: fault.NewData(42),
		Processes: map[string]stack.Process{stack.Redis: server, "immortal": Immortal{}},
		Ping: func(ctx context.Context, from, to string) error {
			c, err := links.Dialer(from)(ctx, "tcp", server.addr)
			if err != nil {
				return err
			}
			defer c.Close()
			if deadline, ok := ctx.Deadline(); ok {
				c.SetDeadline(deadline)
			}
			if _, err := io.WriteString(c, "ping"); err != nil {
				return err
			}
			_, err = io.ReadFull(c, make([]byte, 4))
			return err
		},
	}
}

// Acts measures until the fault is seen to act, as the runner does.
func Acts(t testing.TB, injection fault.Injection) fault.Measurement {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		m, err := injection.Measure(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if m.Acted {
			return m
		}
		if time.Now().After(deadline) {
			t.Fatalf("it was not seen to act: %s", m.Text)
		}
		time.Sleep(time.Millisecond)
	}
}

// Revert reverts a fault twice, since Revert is idempotent, and fails if something is left of it.
func Revert(t testing.TB, injection fault.Injection) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	for range 2 {
		if err := injection.Revert(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for {
		m, err := injection.Left(ctx)
		switch {
		case err != nil || ctx.Err() != nil:
			t.Fatalf("after the revert: %+v, %v", m, err)
		case !m.Acted:
			return
		}
		time.Sleep(time.Millisecond)
	}
}
