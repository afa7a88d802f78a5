package gateway

import (
	"context"
	"errors"
)

// pool is the workers of a server and those that wait for one, in the order in which they came. One pool for all routes
// lets a slow route take every worker; a pool a route is a bulkhead (M. Nygard, "Release It!", 2007).
type pool struct {
	workers chan struct{}
	queue   chan struct{} // those that wait or work
}

func newPool(workers, waiting int) *pool {
	return &pool{make(chan struct{}, workers), make(chan struct{}, workers+waiting)}
}

var errFull = errors.New("the queue is full")

// do has a worker do the work, once there is one. It fails at once where the queue is full, and where ctx ends first.
func (p *pool) do(ctx context.Context, work func() error) error {
	select {
	case p.queue <- struct{}{}:
		defer func() { <-p.queue }()
	default:
		return errFull
	}
	select {
	case p.workers <- struct{}{}:
		defer func() { <-p.workers }()
		if err := ctx.Err(); err != nil { // both were ready, and nobody waits any more
			return err
		}
		return work()
	case <-ctx.Done():
		return ctx.Err()
	}
}
