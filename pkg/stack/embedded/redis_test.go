package embedded

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/stack"
)

func client(t *testing.T, st *stack.Stack) *redis.Client {
	c := redis.NewClient(&redis.Options{
		Addr: st.Redis, MaxRetries: -1, ReadTimeout: 200 * time.Millisecond, ContextTimeoutEnabled: true,
	})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

func TestRedisKillLosesKeysAndKeepsTheAddress(t *testing.T) {
	st := start(t, stack.Needs{})
	c, p := client(t, st), st.Processes[stack.Redis]
	must(t, c.Set(t.Context(), "k", "v", 0).Err())
	must(t, p.Kill(t.Context()))
	must(t, p.Kill(t.Context()))
	if err := c.Ping(brief(t)).Err(); err == nil {
		t.Fatal("a killed Redis answered")
	}
	must(t, p.Start(t.Context()))
	must(t, p.Start(t.Context()))
	if err := c.Get(t.Context(), "k").Err(); !errors.Is(err, redis.Nil) {
		t.Fatalf("after the restart GET says %v, want no key", err)
	}
}

func TestRedisPauseAcceptsAndDoesNotAnswer(t *testing.T) {
	st := start(t, stack.Needs{})
	c, p := client(t, st), st.Processes[stack.Redis]
	must(t, c.Set(t.Context(), "k", "v", 0).Err())
	must(t, p.Pause(t.Context()))
	must(t, p.Pause(t.Context()))
	if err := c.Ping(brief(t)).Err(); err == nil {
		t.Fatal("a paused Redis answered")
	}
	must(t, p.Resume(t.Context()))
	must(t, p.Resume(t.Context()))
	if v, err := c.Get(t.Context(), "k").Result(); v != "v" {
		t.Fatalf("after the pause GET says %q, %v", v, err)
	}
}

func TestRedisKilledInAPauseNeverAnswers(t *testing.T) {
	st := start(t, stack.Needs{})
	c, p := client(t, st), st.Processes[stack.Redis]
	must(t, c.Ping(t.Context()).Err())
	must(t, p.Pause(t.Context()))
	answer := make(chan error, 1)
	go func() { answer <- c.Incr(t.Context(), "n").Err() }()
	within(t, time.Second, "the command arrives", func() bool {
		return c.PoolStats().TotalConns > c.PoolStats().IdleConns
	})
	must(t, p.Kill(t.Context()))
	if err := <-answer; err == nil {
		t.Fatal("a command of the pause was answered by the killed Redis")
	}
	must(t, p.Start(t.Context()))
	must(t, c.Ping(t.Context()).Err())
}

func TestRedisKillEndsBlockedCommands(t *testing.T) {
	st := start(t, stack.Needs{})
	c, p := client(t, st), st.Processes[stack.Redis]
	answer := make(chan error, 1)
	go func() { answer <- c.BLPop(t.Context(), time.Minute, "list").Err() }()
	within(t, time.Second, "the command arrives", func() bool {
		return c.PoolStats().TotalConns > c.PoolStats().IdleConns
	})
	must(t, p.Pause(t.Context()))
	must(t, p.Kill(t.Context()))
	if err := <-answer; err == nil || errors.Is(err, redis.Nil) {
		t.Fatalf("BLPOP over a kill says %v", err)
	}
}

// A key lives neither clearly shorter nor clearly longer than its time to live on a machine with other work:
// both bounds come from the test's clock.
func TestRedisExpiresInMilliseconds(t *testing.T) {
	st := start(t, stack.Needs{})
	c := client(t, st)
	const ttl = 200 * time.Millisecond
	before := time.Now()
	must(t, c.Set(t.Context(), "k", "v", ttl).Err())
	set := time.Now()
	var last time.Time // when the key was last seen, asked before
	within(t, 5*time.Second, "the key expires", func() bool {
		asked := time.Now()
		if c.Exists(t.Context(), "k").Val() == 1 {
			last = asked
			return false
		}
		return true
	})
	gone := time.Now()
	if early := ttl - gone.Sub(before); early > ttl/20 {
		t.Errorf("expired %v early", early)
	}
	if late := last.Sub(set) - ttl; late > ttl {
		t.Errorf("seen %v after it should have expired", late)
	}
}

func TestRedisExpiresOverAPause(t *testing.T) {
	st := start(t, stack.Needs{})
	c, p := client(t, st), st.Processes[stack.Redis]
	must(t, c.Set(t.Context(), "k", "v", 30*time.Millisecond).Err())
	must(t, p.Pause(t.Context()))
	end := time.Now().Add(60 * time.Millisecond)
	within(t, time.Second, "the time passes", func() bool { return time.Now().After(end) })
	must(t, p.Resume(t.Context()))
	within(t, time.Second, "the key is gone", func() bool { return c.Exists(t.Context(), "k").Val() == 0 })
}

// A key that is set after the process had no processor for a while does not age by that while.
func TestRedisExpiryAfterAStall(t *testing.T) {
	r, err := startRedis(0)
	must(t, err)
	t.Cleanup(func() { must(t, r.close(context.Background())) })
	c := client(t, &stack.Stack{Redis: r.socket.addr})
	must(t, c.Set(t.Context(), "older", "v", time.Hour).Err())
	stalled := time.Now().Add(300 * time.Millisecond)
	within(t, time.Second, "the time passes", func() bool { return time.Now().After(stalled) })
	const ttl = 200 * time.Millisecond
	before := time.Now()
	must(t, c.Set(t.Context(), "k", "v", ttl).Err())
	within(t, time.Second, "the key expires", func() bool { return c.Exists(t.Context(), "k").Val() == 0 })
	if early := ttl - time.Since(before); early > ttl/20 {
		t.Errorf("expired %v early", early)
	}
}

// No key ages until one has a time to live, so each command that can give one must be recognized.
func TestRedisExpiryBeginsWithAnyTimeToLive(t *testing.T) {
	for _, command := range [][]any{
		{"SET", "k", "v", "PX", 30},
		{"SETEX", "k", 1, "v"},
		{"PSETEX", "k", 30, "v"},
		{"GETEX", "k", "PX", 30},
		{"EXPIRE", "k", 1},
		{"PEXPIRE", "k", 30},
		{"HEXPIRE", "h", 1, "FIELDS", 1, "k"},
		{"EVAL", "return redis.call('PEXPIRE', KEYS[1], 30)", 1, "k"},
	} {
		t.Run(fmt.Sprint(command[0]), func(t *testing.T) {
			st := start(t, stack.Needs{})
			c := client(t, st)
			must(t, c.Set(t.Context(), "k", "v", 0).Err())
			must(t, c.HSet(t.Context(), "h", "k", "v").Err())
			must(t, c.Do(t.Context(), command...).Err())
			within(t, 3*time.Second, "what it named expires", func() bool { return c.Exists(t.Context(), "k", "h").Val() == 1 })
		})
	}
}

func TestRedisPTTLCountsDown(t *testing.T) {
	st := start(t, stack.Needs{})
	c := client(t, st)
	must(t, c.Set(t.Context(), "k", "v", 10*time.Second).Err())
	within(t, 2*time.Second, "PTTL falls", func() bool {
		d := c.PTTL(t.Context(), "k").Val()
		return d > 9*time.Second && d < 10*time.Second-5*time.Millisecond
	})
}

func BenchmarkRedisStep(b *testing.B) {
	for _, keys := range []int{1_000, 10_000, 50_000} {
		b.Run(fmt.Sprint(keys), func(b *testing.B) {
			r, err := startRedis(0)
			if err != nil {
				b.Fatal(err)
			}
			defer func() { _ = r.close(b.Context()) }()
			for i := range keys {
				k := fmt.Sprintf("order:%d", i)
				_ = r.server.Set(k, "1")
				r.server.SetTTL(k, time.Hour)
			}
			for b.Loop() {
				r.server.FastForward(time.Microsecond)
			}
		})
	}
}
