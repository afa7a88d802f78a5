package containers

import (
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/stack"
	"github.com/crashlab/crashlab/pkg/stack/owner"
)

// memory is a board in this process.
type memory struct {
	mu     sync.Mutex
	claims []claim
}

func (m *memory) post(_ context.Context, c claim) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.claims = append(m.claims, c)
	return nil
}

func (m *memory) read(context.Context, string) ([]claim, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.claims), nil
}

func (m *memory) remove(_ context.Context, c claim) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.claims = slices.DeleteFunc(m.claims, func(other claim) bool { return other.id == c.id })
	return nil
}

// TestRunsOfSeveralProcessesKeepApart gives each run a sharing of its own, as each process has one.
func TestRunsOfSeveralProcessesKeepApart(t *testing.T) {
	b := &memory{}
	var in, loners, met atomic.Int64
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			s := &sharing{board: b, stack: "w"}
			u := stack.Use{Alone: i%4 == 0}
			leave, err := s.Enter(t.Context(), u, silent)
			if err != nil {
				t.Error(err)
				return
			}
			if u.Alone {
				loners.Add(1)
			}
			if in.Add(1) > 1 && loners.Load() > 0 {
				met.Add(1)
			}
			time.Sleep(5 * time.Millisecond) // stands for the time of a run
			in.Add(-1)
			if u.Alone {
				loners.Add(-1)
			}
			must(t, leave(t.Context()))
		})
	}
	wg.Wait()
	if met.Load() > 0 || len(b.claims) > 0 {
		t.Errorf("%d runs met one that was alone; %d claims are left", met.Load(), len(b.claims))
	}
}

func TestAWaitingRunIsToldWhatItWaitsFor(t *testing.T) {
	b := &memory{}
	other := newClaim("w", "", alone)
	must(t, b.post(t.Context(), other))
	told := make(chan string, 10)
	done := make(chan error, 1)
	go func() {
		leave, err := (&sharing{board: b, stack: "w"}).Enter(t.Context(), stack.Use{}, func(s string) { told <- s })
		if err == nil {
			err = leave(t.Context())
		}
		done <- err
	}()
	line := <-told
	for _, want := range []string{
		owner.Describe(other.owner), "to itself since " + other.since.Format(time.TimeOnly), "--own-stack",
	} {
		if !strings.Contains(line, want) {
			t.Errorf("%q does not say %q", line, want)
		}
	}
	must(t, b.remove(t.Context(), other))
	must(t, <-done)
	if len(told) > 0 {
		t.Errorf("told again: %s", <-told)
	}
}

func TestAnAbandonedWaitLeavesNoClaim(t *testing.T) {
	b := &memory{}
	must(t, b.post(t.Context(), newClaim("w", "", shared)))
	ended, cancel := context.WithCancel(t.Context())
	_, err := (&sharing{board: b, stack: "w"}).Enter(ended, stack.Use{Alone: true}, func(string) { cancel() })
	if !errors.Is(err, context.Canceled) || !strings.Contains(err.Error(), "--own-stack") ||
		strings.Contains(err.Error(), "\n") {
		t.Errorf("got %v", err)
	}
	if len(b.claims) != 1 {
		t.Errorf("left: %v", b.claims)
	}
}

func TestWhatTheDeadLeftIsUndoneOnce(t *testing.T) {
	b := &memory{}
	host, _ := os.Hostname()
	for _, m := range []mode{alone, shared, present} {
		c := newClaim("w", "run", m)
		c.owner = host + " 1 1" // a process with that ID, but not with that start
		must(t, b.post(t.Context(), c))
	}
	var undone []mode
	s := &sharing{board: b, stack: "w", undo: func(_ context.Context, left claim, _ func(string)) error {
		undone = append(undone, left.mode)
		return nil
	}}
	for range 2 {
		leave, err := s.Enter(t.Context(), stack.Use{}, silent)
		must(t, err)
		must(t, leave(t.Context()))
	}
	if !slices.Equal(undone, []mode{alone, shared}) || len(b.claims) > 0 {
		t.Errorf("undone %v, left %v", undone, b.claims)
	}
	broken := &sharing{
		board: b, stack: "w", undo: func(context.Context, claim, func(string)) error { return errors.New("boom") },
	}
	c := newClaim("w", "run", alone)
	c.owner = host + " 1 1"
	must(t, b.post(t.Context(), c))
	if _, err := broken.Enter(t.Context(), stack.Use{}, silent); err == nil || len(b.claims) != 1 {
		t.Errorf("%v; what could not be undone is forgotten: %v", err, b.claims)
	}
}
