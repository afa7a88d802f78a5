package ratelimit

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/lab"
)

// Half a burst is one and a half times the limit: enough to exhaust a limit before an edge and again
// after it, and both halves together to exhaust every instance's own.
const halfBurst = limit * 3 / 2

// placePatience is how long a burst is tried until it lies at an edge.
const placePatience = 10 * time.Second

// bursts is a tenant that knows when the windows end.
type bursts struct {
	stop func() // ends the tenant and waits for it; nil where there is none

	mu     sync.Mutex
	placed int           // bursts that lay as they were meant to
	tried  int           //
	last   time.Duration // the last one that did took so long
}

// startBursts sends bursts until stopBursts. It returns when the first lies at an edge: whether it
// does is up to the machine, and without it there would be no fault.
func (s *service) startBursts(ctx context.Context) error {
	first, cancel := context.WithTimeout(ctx, placePatience)
	defer cancel()
	err := lab.Poll(first, "a burst lies at a window's edge", func(ctx context.Context) (bool, error) { return s.burst(ctx) })
	if err != nil {
		return err
	}
	all, stop := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	wg.Go(func() {
		for all.Err() == nil {
			if _, err := s.burst(all); err != nil && all.Err() == nil {
				s.env.Log.Info("a burst failed", zap.Error(err))
			}
		}
	})
	s.bursts.stop = func() { stop(); wg.Wait() }
	return nil
}

func (s *service) stopBursts(context.Context) error {
	if s.bursts.stop != nil {
		s.bursts.stop()
	}
	return nil
}

// burst sends half of a burst in the middle of a window, and the other half as soon as the next one
// begins. It reports whether the decisions fell so: all of the first half before the edge, all of the
// second after it, and no more than a window apart.
func (s *service) burst(ctx context.Context) (bool, error) {
	now, err := s.get(ctx, s.addrs[0], "probe", "probe") // what time is it there?
	if now.IsZero() {
		return false, err
	}
	behind := time.Since(now)
	// The edge after the next one: the burst before this one is then out of every limiter's sight.
	edge := time.UnixMicro((now.UnixMicro()/window.Microseconds() + 2) * window.Microseconds())
	before, err := s.sendHalf(ctx, edge.Add(behind-window/2))
	if err != nil {
		return false, err
	}
	after, err := s.sendHalf(ctx, edge.Add(behind))
	if err != nil {
		return false, err
	}
	took := after[len(after)-1].Sub(before[0])
	placed := before[0].After(edge.Add(-window)) && before[len(before)-1].Before(edge) && !after[0].Before(edge) && took < window
	s.bursts.mu.Lock()
	defer s.bursts.mu.Unlock()
	s.bursts.tried++
	if placed {
		s.bursts.placed++
		s.bursts.last = took
	}
	return placed, nil
}

// sendHalf sends half a burst at that instant and returns when each request was decided, in order.
func (s *service) sendHalf(ctx context.Context, at time.Time) ([]time.Time, error) {
	t := time.NewTimer(time.Until(at))
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	decided := make([]time.Time, halfBurst)
	var wg sync.WaitGroup
	for n := range decided {
		wg.Go(func() { decided[n], _ = s.get(ctx, s.addrs[n%instances], "burst", bursting) }) // to be refused is what it is for
	}
	wg.Wait()
	slices.SortFunc(decided, time.Time.Compare)
	if decided[0].IsZero() {
		return nil, fmt.Errorf("send half a burst: not all of it was decided")
	}
	return decided, nil
}

func (s *service) measureBursts(context.Context) (fault.Measurement, error) {
	s.bursts.mu.Lock()
	defer s.bursts.mu.Unlock()
	return fault.Measurement{
		Acted: s.bursts.placed > 0,
		Text: fmt.Sprintf("%d of %d bursts of 2 × %d requests lay at an edge, the last within %d ms",
			s.bursts.placed, s.bursts.tried, halfBurst, s.bursts.last.Milliseconds()),
	}, nil
}
