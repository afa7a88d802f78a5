package embedded

import (
	"context"
	"fmt"
	"sync"

	"github.com/alicebob/miniredis/v2"
)

// redisServer is miniredis as a process, behind a socket. Killed, it forgets its keys, as Redis without
// persistence does.
type redisServer struct {
	socket *socket

	mu     sync.Mutex
	server *miniredis.Miniredis // nil while killed
	serves sync.WaitGroup       // the goroutine that hands connections from the socket to the server
	stop   func() error         // ends it
	paused bool
}

func startRedis(number int) (*redisServer, error) {
	s, err := newSocket(number)
	if err != nil {
		return nil, fmt.Errorf("start redis: %w", err)
	}
	r := &redisServer{socket: s}
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
	server := miniredis.NewMiniRedis()
	first, err := server.Dial() // starts it without a listener of its own
	if err != nil {
		return fmt.Errorf("start redis: %w", err)
	}
	_ = first.Close()
	if err := r.socket.up(); err != nil {
		server.Close()
		return fmt.Errorf("start redis: %w", err)
	}
	r.server = server
	startExpiry(server)
	ln := r.socket.listener()
	r.stop = ln.Close
	r.serves.Go(func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			server.Server().ServeConn(conn)
		}
	})
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
	r.server.Close()
	r.server, r.paused = nil, false
	return nil
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
