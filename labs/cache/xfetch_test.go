package cache

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

func TestEarlyFollowsTheExponential(t *testing.T) {
	const delta, beta, draws = 400 * time.Millisecond, 2.0, 20_000
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, left := range []time.Duration{0, 100 * ms, 400 * ms, 800 * ms, 2 * time.Second} {
		n := 0
		for range draws {
			if isEarly(left, delta, beta, 1-rnd.Float64()) {
				n++
			}
		}
		got, want := float64(n)/draws, math.Exp(-float64(left)/(beta*float64(delta)))
		if math.Abs(got-want) > 0.015 {
			t.Errorf("%s before the expiry %.3f recompute, want %.3f", left, got, want)
		}
	}
}

func TestEarlyIsCertainOnceExpired(t *testing.T) {
	if !isEarly(0, time.Second, 1, 1) || !isEarly(-time.Second, time.Second, 1, 1) {
		t.Error("an expired entry is not recomputed")
	}
	if isEarly(time.Nanosecond, time.Second, 1, 1) {
		t.Error("u = 1 recomputes early")
	}
}
