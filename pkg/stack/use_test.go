package stack

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
)

// TestALoneRunMeetsNoOther has many runs enter at once and counts them.
func TestALoneRunMeetsNoOther(t *testing.T) {
	s := &Stack{}
	var in, alone atomic.Int64
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			u := Use{Alone: i%5 == 0}
			leave, err := s.Enter(t.Context(), u)
			if err != nil {
				t.Error(err)
				return
			}
			if u.Alone {
				alone.Add(1)
			}
			if n := in.Add(1); alone.Load() > 0 && n > 1 {
				t.Errorf("%d runs are in beside one that is alone", n-1)
			}
			in.Add(-1)
			if u.Alone {
				alone.Add(-1)
			}
			if err := leave(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// refusing is a shared stack that can't be entered.
type refusing struct{ err error }

func (r refusing) Enter(context.Context, Use, func(string)) (func(context.Context) error, error) {
	return nil, r.err
}

func TestAFailedEnterLeavesTheStackFree(t *testing.T) {
	boom := errors.New("boom")
	s := &Stack{Sharing: refusing{boom}}
	if _, err := s.Enter(t.Context(), Use{Alone: true}); !errors.Is(err, boom) {
		t.Fatalf("got %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Enter(ended, Use{Alone: true}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v", err)
	}
	s.Sharing = nil
	leave, err := s.Enter(t.Context(), Use{Alone: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := leave(t.Context()); err != nil {
		t.Fatal(err)
	}
}
