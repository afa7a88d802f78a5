package ratelimit

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/redislocal"
)

// atTimes runs a script at each of the times, on a Redis whose clock says so, and returns the times at
// which it let a request pass.
func atTimes(t *testing.T, script *redis.Script, times []time.Duration, args ...any) (passed []time.Duration) {
	t.Helper()
	began := time.Unix(1_800_000_000, 0)
	clock := clockwork.NewFakeClockAt(began)
	server, err := redislocal.Start(redislocal.Config{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), Dialer: loopback.Dial})
	defer client.Close()
	limiter := scripted(client, script, nil, func(tenant string) string { return tenant }, args...)
	for _, at := range times {
		at = at.Truncate(time.Microsecond) // Redis' TIME tells no less
		clock.Advance(began.Add(at).Sub(clock.Now()))
		d, err := limiter(t.Context(), "tenant")
		if err != nil {
			t.Fatal(err)
		}
		if got := d.at.Sub(began); got != at {
			t.Fatalf("decided at %v, Redis' clock says %v", got, at)
		}
		if d.allowed {
			passed = append(passed, at)
		}
	}
	return passed
}

func TestTokenBucketStartsFullAndFillsAtItsRate(t *testing.T) {
	w := window
	token := w / (limit - burst + 1)
	// of the instant at which the next token is there
	early, late := token-time.Millisecond, (token + time.Millisecond).Truncate(time.Microsecond)
	times := []time.Duration{0, 0, 0, early, late, late, 10 * w, 10 * w, 10 * w}
	got, want := atTimes(t, tokenBucketScript, times, burst, rate), []time.Duration{0, 0, late, 10 * w, 10 * w}
	if !slices.Equal(got, want) {
		t.Errorf("passed at %v, want %v", got, want)
	}
}

// A tenant that keeps to 90 % of the limit is never refused.
func TestLimitersServeWhoIsNearTheLimit(t *testing.T) {
	var times []time.Duration
	for n := range 500 {
		times = append(times, time.Duration(n)*gap)
	}
	bucket := atTimes(t, tokenBucketScript, times, burst, rate)
	log := atTimes(t, slidingWindowScript, times, limit, window.Microseconds())
	if len(bucket) != len(times) || len(log) != len(times) {
		t.Errorf("of %d requests the token bucket served %d, the sliding window %d", len(times), len(bucket), len(log))
	}
}

func TestTokenBucketOfBurstTwiceTheLimitWouldLetTwicePass(t *testing.T) {
	var times []time.Duration
	for n := range window.Milliseconds() {
		times = append(times, time.Duration(n)*time.Millisecond)
	}
	const fullRate = float64(limit) / float64(window/time.Microsecond)
	if n := busiest(atTimes(t, tokenBucketScript, times, limit, fullRate)); n < 2*limit-1 {
		t.Errorf("with burst = limit and rate = limit ÷ window %d pass in a window, expected about 2 × %d", n, limit)
	}
}

func TestSlidingWindowForgetsAfterAWindow(t *testing.T) {
	times := slices.Repeat([]time.Duration{0}, limit+1)
	times = append(times, window-time.Microsecond, window, window)
	got := atTimes(t, slidingWindowScript, times, limit, window.Microseconds())
	want := append(slices.Repeat([]time.Duration{0}, limit), window, window)
	if !slices.Equal(got, want) {
		t.Errorf("passed at %v, want %v", got, want)
	}
}

// Whatever comes, neither limiter lets more than the limit pass in any window; and the log wastes none of the limit.
func TestNoArrivalsExceedTheLimitInAnyWindow(t *testing.T) {
	for seed := range uint64(6) {
		times := bursty(seed, 300)
		if n := busiest(atTimes(t, tokenBucketScript, times, burst, rate)); n > limit {
			t.Errorf("seed %d: token bucket let %d pass in a window", seed, n)
		}
		if n := busiest(atTimes(t, slidingWindowScript, times, limit, window.Microseconds())); n != limit {
			t.Errorf("seed %d: sliding window let %d pass in a window, want %d", seed, n, limit)
		}
	}
}

// bursty returns arrivals that come in clusters.
func bursty(seed uint64, n int) []time.Duration {
	rnd := rand.New(rand.NewPCG(seed, 1))
	var times []time.Duration
	at := time.Duration(0)
	for range n {
		if rnd.IntN(8) == 0 {
			at += time.Duration(rnd.Int64N(int64(window)))
		} else {
			at += time.Duration(rnd.Int64N(int64(window) / 40))
		}
		times = append(times, at)
	}
	return times
}

// slidingCounter is the approximation that Cloudflare describes, of which the log is the exact form:
// two counters a tenant, and the window before weighs as much as still lies within a window's length.
func slidingCounter(times []time.Duration) (passed []time.Duration) {
	counts := map[int64]int{}
	for _, at := range times {
		n := int64(at / window)
		rest := 1 - float64(at%window)/float64(window)
		if float64(counts[n-1])*rest+float64(counts[n]) < limit {
			counts[n]++
			passed = append(passed, at)
		}
	}
	return passed
}

// How wrong the counter is depends on the traffic: little where requests come evenly, for it assumes that they
// did; and up to twice the limit for a tenant that knows where the edge is.
func TestSlidingCountersError(t *testing.T) {
	wrong, all := 0, 0
	for seed := range uint64(5) {
		rnd := rand.New(rand.NewPCG(seed, 2))
		var even []time.Duration
		for at := time.Duration(0); at < 60*window; at += time.Duration(rnd.ExpFloat64() * float64(window) / (1.5 * limit)) {
			even = append(even, at)
		}
		exact := atTimes(t, slidingWindowScript, even, limit, window.Microseconds())
		wrong += abs(len(slidingCounter(even)) - len(exact))
		all += len(even)
	}
	share := float64(wrong) / float64(all)
	t.Logf("evenly: %d of %d requests decided otherwise in the sum = %.2f %%", wrong, all, 100*share)
	if share > 0.15 {
		t.Errorf("%.1f %% of the requests decided otherwise", 100*share)
	}

	edge := slices.Repeat([]time.Duration{window - time.Microsecond}, limit)
	for n := range 4 * limit {
		edge = append(edge, window+time.Duration(n)*window/(4*limit))
	}
	most := busiest(slidingCounter(edge))
	t.Logf("at the edge: %d in a window = %.1f × the limit", most, float64(most)/limit)
	if most <= limit || most > 2*limit {
		t.Errorf("at the edge %d pass in a window, expected more than %d and at most %d", most, limit, 2*limit)
	}
}

func abs(n int) int { return max(n, -n) }
