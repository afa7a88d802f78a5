package embedded

import (
	"context"
	"fmt"
	"sync"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/redislocal"
)

// redisMemory bounds what clients can store, in bytes, so that no client can end this process: above it, writes
// are refused with Redis's own error. A client that wants evictions sets maxmemory-policy.
const redisMemory = 4 << 30

// redisServer is the embedded Redis as a process, behind a socket. Killed, it forgets its keys, as Redis
// without persistence does.
type redisServer struct {
	socket *socket
	log    *zap.Logger

	mu     sync.Mutex
	server *redislocal.Server // nil while killed
	serves sync.WaitGroup     // the goroutine that hands connections from the socket to the server
	stop   func() error       // ends it
	paused bool
}

func startRedis(number int, log *zap.Logger) (*redisServer, error) {
	s, err := newSocket(number)
	if err != nil {
		return nil, fmt.Errorf("start redis: %w", err)
	}
	r := &redisServer{socket: s, log: log}
	if err := r.Start(context.Background()); err != nil {
		s.down()
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
	if err := r.socket.up(); err != nil {
		return fmt.Errorf("start redis: %w", err)
	}
	server := redislocal.New(redislocal.Config{Log: r.log.Named("redis"), MaxMemory: redisMemory})
	ln := r.socket.listener()
	r.server, r.stop = server, ln.Close
	r.serves.Go(func() { _ = server.Serve(ln) }) // ends with the listener
	return nil
}

func (r *redisServer) Kill(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.server == nil {
		return nil
	}
	r.socket.down() // first, so that no client sees an answer to what a pause held
	_ = r.stop()    // fails only if it is already closed
	r.serves.Wait()
	err := r.server.Close()
	r.server, r.paused = nil, false
	return err
}

func (r *redisServer) Pause(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.server != nil && !r.paused {
		r.paused = true
		r.socket.hold()
	}
	return nil
}

func (r *redisServer) Resume(context.Context) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.paused {
		r.paused = false
		r.socket.release()
	}
	return nil
}

func (r *redisServer) close(ctx context.Context) error { return r.Kill(ctx) }
