package redislocal

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"

	"github.com/jonboulle/clockwork"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Config says how the embedded Redis starts. The zero value listens on a free loopback port.
type Config struct {
	Addr      string          // host:port for Start; default "127.0.0.1:0"
	Clock     clockwork.Clock // default the real clock
	Log       *zap.Logger     // default none
	Seed      uint64          // of random choices such as SPOP's; default random
	MaxMemory int64           // bytes; writes are refused above it, or keys evicted; default no limit
}

func (c Config) withDefaults() Config {
	if c.Addr == "" {
		c.Addr = "127.0.0.1:0"
	}
	if c.Clock == nil {
		c.Clock = clockwork.NewRealClock()
	}
	if c.Log == nil {
		c.Log = zap.NewNop()
	}
	if c.Seed == 0 {
		c.Seed = rand.Uint64()
	}
	return c
}

// Server is a Redis. Its methods are safe for concurrent use.
type Server struct {
	engine *engine.Engine

	mu       sync.Mutex
	listener net.Listener // of Start
	conns    map[net.Conn]struct{}
	closed   bool
	group    sync.WaitGroup
}

// New returns a server that listens nowhere: see Serve.
func New(cfg Config) *Server {
	cfg = cfg.withDefaults()
	lists, attach := administration()
	lists = append(lists, commands()...)
	e := engine.New(engine.Config{Clock: cfg.Clock, Log: cfg.Log, Seed: cfg.Seed, MaxMemory: cfg.MaxMemory}, lists...)
	e.Exclusive(func() { // the engine's own work has begun
		for _, f := range attach {
			f(e)
		}
	})
	return &Server{engine: e, conns: map[net.Conn]struct{}{}}
}

// Start returns a server that listens. It fails if the address is not available.
func Start(cfg Config) (*Server, error) {
	cfg = cfg.withDefaults()
	ln, err := loopback.Listen(cfg.Addr)
	if err != nil {
		return nil, fmt.Errorf("start embedded redis: %w", err)
	}
	s := New(cfg)
	s.listener = ln
	_, port, _ := net.SplitHostPort(ln.Addr().String()) // of TCP, always
	s.engine.Exclusive(func() { s.engine.Config.Set("port", port) })
	s.group.Go(func() { _ = s.Serve(ln) }) // ends with the listener
	return s, nil
}

// Addr is the address of a server from Start.
func (s *Server) Addr() string { return s.listener.Addr().String() }

// Serve answers the connections of a listener until that fails, and returns its error.
func (s *Server) Serve(ln net.Listener) error {
	for {
		c, err := ln.Accept()
		if err != nil {
			return fmt.Errorf("accept: %w", err)
		}
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			_ = c.Close()
			return net.ErrClosed
		}
		s.conns[c] = struct{}{}
		s.group.Go(func() {
			s.engine.Serve(c)
			s.mu.Lock()
			delete(s.conns, c)
			s.mu.Unlock()
		})
		s.mu.Unlock()
	}
}

// Close closes the listener and every connection, and forgets all keys. It is idempotent and leaves no
// goroutine behind.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	s.engine.Stop()
	var errs []error
	if s.listener != nil {
		errs = append(errs, s.listener.Close())
	}
	for c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.group.Wait()
	s.engine.Wait()
	return errors.Join(errs...)
}
