package embedded

import (
	"context"
	"fmt"
	"sync"

	"github.com/alicebob/miniredis/v2"

	"github.com/crashlab/crashlab/pkg/stack/internal/port"
)

// redisServer is miniredis as a process. Killed, it forgets its keys, as Redis without
// persistence does.
type redisServer struct {
	addr string

	mu     sync.Mutex
	server *miniredis.Miniredis // nil while killed
	clock  *expiry
	paused bool // then we hold the server's own lock, which every command takes
}

func startRedis() (*redisServer, error) {
	n, err := port.Free()
	if err != nil {
		return nil, err
	}
	r := &redisServer{addr: fmt.Sprintf("127.0.0.1:%d", n)}
	if err := r.Start(context.Background()); err != nil {
		return nil, err
	}
	return r, nil
}

func (r *redisServer) Start(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.server != nil {
		return nil
	}
	server := miniredis.NewMiniRedis()
	if err := server.StartAddr(r.addr); err != nil {
		return fmt.Errorf("start redis: %w", err)
	}
	r.server, r.clock = server, startExpiry(server)
	return nil
}

func (r *redisServer) Kill(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.server == nil {
		return nil
	}
	r.clock.end()
	if r.paused {
		r.killPaused()
	}
	r.server.Close()
	r.server = nil
	return nil
}

// killPaused closes every connection before the held commands get the lock back, so that no
// client sees an answer from after the pause. Close of the inner server waits for those commands,
// but has closed the connections when it gives up its address.
func (r *redisServer) killPaused() {
	inner := r.server.Server()
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		inner.Close()
	}()
	poll(func() bool { return inner.Addr() == nil })
	r.paused = false
	r.server.CtxCancel() // commands that block, as BLPOP, wait for this
	r.server.Unlock()
	<-closed
}

func (r *redisServer) Pause(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.server == nil || r.paused {
		return nil
	}
	r.clock.end() // it needs the lock
	r.server.Lock()
	r.paused = true
	return nil
}

func (r *redisServer) Resume(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.paused {
		return nil
	}
	r.paused = false
	r.server.Unlock()
	r.clock.resume()
	return nil
}

func (r *redisServer) close(ctx context.Context) error { return r.Kill(ctx) }
