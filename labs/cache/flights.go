package cache

import (
	"context"
	"sync"
)

// flights lets one load of a key be under way in an instance: whoever else wants the key meanwhile
// waits for the same answer ("single flight", after golang.org/x/sync/singleflight). A flight belongs
// to nobody: it goes on when those who wait for it have given up, so that its answer still reaches the
// cache.
type flights struct {
	mu    sync.Mutex
	under map[string]*flight
	wg    sync.WaitGroup
}

type flight struct {
	landed chan struct{}
	entry  entry // after landed
	err    error
}

// join returns the flight of that key, which load begins where there is none.
func (g *flights) join(key string, load func() (entry, error)) *flight {
	g.mu.Lock()
	defer g.mu.Unlock()
	if f, ok := g.under[key]; ok {
		return f
	}
	f := &flight{landed: make(chan struct{})}
	if g.under == nil {
		g.under = map[string]*flight{}
	}
	g.under[key] = f
	g.wg.Go(func() {
		f.entry, f.err = load()
		g.mu.Lock()
		delete(g.under, key)
		g.mu.Unlock()
		close(f.landed)
	})
	return f
}

// wait returns the flight's answer, or ctx's error where that ends first.
func (f *flight) wait(ctx context.Context) (entry, error) {
	select {
	case <-f.landed:
		return f.entry, f.err
	case <-ctx.Done():
		return entry{}, ctx.Err()
	}
}
