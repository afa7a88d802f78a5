package cache

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/load"
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

// Which reader recomputes an entry is drawn anew for each, evenly, and again the same for a seed.
func TestReadersDrawEvenly(t *testing.T) {
	const draws = 4000
	var tenths [10]int
	r, other := &replica{seed: 1}, &replica{seed: 2}
	for n := range draws {
		ctx := load.WithOperation(t.Context(), fmt.Sprint("read-", n))
		u := r.draw(ctx)
		tenths[int(10*u)]++
		if u != r.draw(ctx) || u == other.draw(ctx) {
			t.Errorf("draw %d is another for the same seed, or the same for another", n)
		}
	}
	for tenth, n := range tenths { // 400 ± 19
		if math.Abs(float64(n)-draws/10) > 4*math.Sqrt(draws*0.1*0.9) {
			t.Errorf("%d of %d draws lie in tenth %d", n, draws, tenth)
		}
	}
}
