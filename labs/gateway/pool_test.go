package gateway

import (
	"context"
	"errors"
	"testing"

	"github.com/crashlab/crashlab/pkg/lab"
)

func TestPool(t *testing.T) {
	p, end := newPool(1, 1), make(chan struct{})
	work := func() error { <-end; return nil }
	both := make(chan error, 2)
	for range 2 {
		go func() { both <- p.do(t.Context(), work) }()
	}
	err := lab.Poll(t.Context(), "one works and one waits", func(context.Context) (bool, error) {
		return len(p.queue) == 2 && len(p.workers) == 1, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := p.do(t.Context(), work); !errors.Is(err, errFull) {
		t.Errorf("a third: %v, want that the queue is full", err)
	}
	close(end)
	if err := errors.Join(<-both, <-both); err != nil {
		t.Error(err)
	}
	if len(p.queue)+len(p.workers) != 0 {
		t.Errorf("%d in the queue and %d at work when all have left", len(p.queue), len(p.workers))
	}
}

func TestPoolOfOneThatGaveUp(t *testing.T) {
	p := newPool(0, 1) // nobody ever works
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	if err := p.do(ctx, func() error { return nil }); !errors.Is(err, context.Canceled) || len(p.queue) != 0 {
		t.Errorf("one who gave up: %v, %d in the queue", err, len(p.queue))
	}
}

// Where a worker is free and the caller has gone, chance decides which of the two is seen first; nothing is done.
func TestPoolDoesNothingForOneThatGaveUp(t *testing.T) {
	p := newPool(1, 1)
	ctx, giveUp := context.WithCancel(t.Context())
	giveUp()
	for range 100 {
		if err := p.do(ctx, func() error { t.Error("worked"); return nil }); !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
	}
}
