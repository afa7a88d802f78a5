package cache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

func TestFlightsLoadOnce(t *testing.T) {
	var g flights
	var loads atomic.Int32
	gate := make(chan struct{})
	load := func() (entry, error) {
		loads.Add(1)
		<-gate
		return entry{product: product{Value: "v"}}, nil
	}
	var wg sync.WaitGroup
	joined := make([]*flight, 20)
	for n := range joined {
		joined[n] = g.join("k", load)
	}
	other := g.join("other", load)

	gone, leave := context.WithCancel(context.Background())
	leave()
	if _, err := joined[0].wait(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("who gives up gets %v", err)
	}
	for _, f := range append(joined, other) {
		wg.Go(func() {
			if e, err := f.wait(context.Background()); err != nil || e.Value != "v" {
				t.Errorf("%v, %v", e, err)
			}
		})
	}
	close(gate)
	wg.Wait()
	if n := loads.Load(); n != 2 {
		t.Errorf("%d loads of two keys", n)
	}
	g.wg.Wait()
	if f := g.join("k", load); f == joined[0] {
		t.Error("a landed flight is joined")
	} else if _, err := f.wait(context.Background()); err != nil {
		t.Error(err)
	}
}
