package gateway

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/lab"
)

func TestPool(t *testing.T) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	p := newPool(1, 1)
	leave, err := p.enter(ctx)
	if err != nil {
		t.Fatal(err)
	}
	second := make(chan func())
	go func() {
		leave, err := p.enter(ctx)
		if err != nil {
			t.Error(err)
		}
		second <- leave
	}()
	if err := lab.Poll(ctx, "the second waits", func(context.Context) (bool, error) { return len(p.queue) == 2, nil }); err != nil {
		t.Fatal(err)
	}
	if _, err := p.enter(ctx); !errors.Is(err, errFull) {
		t.Errorf("a third: %v, want that the queue is full", err)
	}
	leave()
	leave = <-second

	short, giveUp := context.WithCancel(ctx)
	giveUp()
	if _, err := p.enter(short); !errors.Is(err, context.Canceled) {
		t.Errorf("one who gave up: %v", err)
	}
	leave()
	if len(p.queue)+len(p.workers) != 0 {
		t.Errorf("%d in the queue and %d at work when all have left", len(p.queue), len(p.workers))
	}
}
