package ratelimit

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// unreachable is a limiter whose Redis is away while down is true: each request hangs until its
// patience ends.
type unreachable struct {
	down  bool
	asked int
}

func (u *unreachable) decide(ctx context.Context, _ string) (decision, error) {
	u.asked++
	if !u.down {
		return decision{allowed: true, at: time.Now()}, nil
	}
	<-ctx.Done()
	return decision{}, ctx.Err()
}

// A guarded limiter waits for its patience, and no longer once that was in vain often enough; it asks
// again from time to time, and always as soon as there is an answer.
func TestGuardStopsAskingAndTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		redis := &unreachable{down: true}
		g := guard(redis.decide, always(false)(), patience, true)
		step := func(when string, wantAllowed bool, wantAsked int, wantTook time.Duration) {
			t.Helper()
			asked, began := redis.asked, time.Now()
			d, err := g(t.Context(), "tenant")
			if err != nil || d.allowed != wantAllowed || redis.asked-asked != wantAsked || time.Since(began) != wantTook {
				t.Errorf("%s: allowed %v, asked %d times, took %v, %v; want %v, %d, %v",
					when, d.allowed, redis.asked-asked, time.Since(began), err, wantAllowed, wantAsked, wantTook)
			}
		}
		for range failuresInARow {
			step("down", false, 1, patience)
		}
		step("given up", false, 0, 0)
		time.Sleep(retryRedis - time.Nanosecond)
		step("before it is time", false, 0, 0)
		time.Sleep(time.Nanosecond)
		step("a try", false, 1, patience)
		step("a try that failed", false, 0, 0)
		redis.down = false
		time.Sleep(retryRedis)
		step("back", true, 1, 0)
		step("back for good", true, 1, 0)
		redis.down = true
		step("a first failure", false, 1, patience)
		step("and a second", false, 1, patience)
	})
}

// A try is one request's: the others don't wait for what becomes of it.
func TestGuardTriesWithOneRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		redis := &unreachable{down: true}
		g := guard(redis.decide, always(true)(), patience, true)
		for range failuresInARow {
			_, _ = g(t.Context(), "tenant")
		}
		time.Sleep(retryRedis)
		before := redis.asked
		tried := make(chan error)
		go func() {
			d, err := g(t.Context(), "tenant")
			if !d.allowed {
				err = errors.Join(err, errors.New("not allowed"))
			}
			tried <- err
		}()
		synctest.Wait()
		for range 10 {
			if d, err := g(t.Context(), "tenant"); err != nil || !d.allowed {
				t.Errorf("allowed %v, %v", d.allowed, err)
			}
		}
		if n := redis.asked - before; n != 1 {
			t.Errorf("asked %d times, want once", n)
		}
		if err := <-tried; err != nil {
			t.Error(err)
		}
	})
}

// Without its time-out a limiter waits for as long as it takes; without its breaker each request waits.
func TestGuardWithoutItsParts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const slow = 4 * patience
		late := func(ctx context.Context, _ string) (decision, error) {
			select {
			case <-time.After(slow):
				return decision{allowed: true}, nil
			case <-ctx.Done():
				return decision{}, ctx.Err()
			}
		}
		for _, c := range []struct {
			wait   time.Duration
			breaks bool
			want   time.Duration // of twice as many requests as open the breaker
		}{
			{patience, true, failuresInARow * patience},
			{patience, false, 2 * failuresInARow * patience},
			{0, true, 2 * failuresInARow * slow},
		} {
			g, began := guard(late, always(false)(), c.wait, c.breaks), time.Now()
			for range 2 * failuresInARow {
				if d, err := g(t.Context(), "tenant"); err != nil || d.allowed != (c.wait == 0) {
					t.Errorf("%+v: allowed %v, %v", c, d.allowed, err)
				}
			}
			if took := time.Since(began); took != c.want {
				t.Errorf("%+v: took %v", c, took)
			}
		}
	})
}
