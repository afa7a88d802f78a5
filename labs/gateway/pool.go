package gateway

import (
	"context"
	"errors"
)

// pool is the workers of a server and those that wait for one, in the order in which they came. One
// pool for all routes lets a slow route take every worker; a pool a route is a bulkhead (M. Nygard,
// "Release It!", 2007).
type pool struct {
	workers chan struct{}
	queue   chan struct{} // those that wait or work
}

func newPool(workers, waiting int) *pool {
	return &pool{make(chan struct{}, workers), make(chan struct{}, workers+waiting)}
}

var errFull = errors.New("the queue is full")

// enter takes a worker, once there is one. It fails at once where the queue is full, and where ctx
// ends first. The caller calls leave.
func (p *pool) enter(ctx context.Context) (leave func(), err error) {
	select {
	case p.queue <- struct{}{}:
	default:
		return nil, errFull
	}
	select {
	case p.workers <- struct{}{}:
		return func() { <-p.workers; <-p.queue }, nil
	case <-ctx.Done():
		<-p.queue
		return nil, ctx.Err()
	}
}
