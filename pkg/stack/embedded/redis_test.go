package embedded

import (
	"errors"
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

func TestRedisPTTLCountsDown(t *testing.T) {
	st := start(t, stack.Needs{})
	c := client(t, st)
	must(t, c.Set(t.Context(), "k", "v", 10*time.Second).Err())
	within(t, 2*time.Second, "PTTL falls", func() bool {
		d := c.PTTL(t.Context(), "k").Val()
		return d > 9*time.Second && d < 10*time.Second-5*time.Millisecond
	})
}
