package conformance

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func (e *Env) exists(t *testing.T, key string) bool {
	t.Helper()
	return ok(e.Redis.Exists(t.Context(), key).Result())(t) == 1
}

var redisExpiry = []Case{
	{"a key with PX lives that long", func(t *testing.T, e *Env) {
		k := e.Name()
		before := time.Now()
		must(t, e.Redis.Set(t.Context(), k, "v", 150*time.Millisecond).Err())
		var seen time.Time
		eventually(t, "it expires", func() bool {
			asked := time.Now()
			if e.exists(t, k) {
				seen = asked
				return false
			}
			return true
		})
		// The key was set between before and the first look, so these bounds hold on any machine.
		if lived := time.Since(before); lived < 145*time.Millisecond {
			t.Errorf("gone after %v", lived)
		}
		if late := seen.Sub(before); late > time.Second {
			t.Errorf("seen after %v", late)
		}
	}},
	{"a key with EX lives that long", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.Do(t.Context(), "SET", k, "v", "EX", "1").Err())
		equal(t, "at first", e.exists(t, k), true)
		eventually(t, "it expires", func() bool { return !e.exists(t, k) })
	}},
	{"PTTL counts down", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.Set(t.Context(), k, "v", 10*time.Second).Err())
		eventually(t, "it falls", func() bool {
			d := ok(e.Redis.PTTL(t.Context(), k).Result())(t)
			return d < 9900*time.Millisecond && d > 5*time.Second
		})
	}},
	{"TTL is -1 without expiry and -2 without a key", func(t *testing.T, e *Env) {
		k := e.Name()
		equal(t, "without a key", ok(e.Redis.TTL(t.Context(), k).Result())(t), -2)
		must(t, e.Redis.Set(t.Context(), k, "v", 0).Err())
		equal(t, "without expiry", ok(e.Redis.TTL(t.Context(), k).Result())(t), -1)
	}},
	{"SET removes the expiry, KEEPTTL keeps it", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.Set(t.Context(), k, "v", time.Minute).Err())
		must(t, e.Redis.Set(t.Context(), k, "v", redis.KeepTTL).Err())
		if d := e.Redis.TTL(t.Context(), k).Val(); d <= 0 {
			t.Fatalf("with KEEPTTL: %v", d)
		}
		must(t, e.Redis.Set(t.Context(), k, "v", 0).Err())
		equal(t, "after SET", e.Redis.TTL(t.Context(), k).Val(), -1)
	}},
	{"INCR keeps the expiry", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.Set(t.Context(), k, "1", time.Minute).Err())
		must(t, e.Redis.Incr(t.Context(), k).Err())
		if d := e.Redis.TTL(t.Context(), k).Val(); d <= 0 {
			t.Fatalf("got %v", d)
		}
	}},
	{"PERSIST removes the expiry", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.Set(t.Context(), k, "v", time.Minute).Err())
		equal(t, "done", ok(e.Redis.Persist(t.Context(), k).Result())(t), true)
		equal(t, "TTL", e.Redis.TTL(t.Context(), k).Val(), -1)
	}},
	{"PEXPIRE on an existing key and on a missing one", func(t *testing.T, e *Env) {
		k := e.Name()
		equal(t, "without a key", ok(e.Redis.PExpire(t.Context(), k, time.Second).Result())(t), false)
		must(t, e.Redis.Set(t.Context(), k, "v", 0).Err())
		equal(t, "with one", ok(e.Redis.PExpire(t.Context(), k, 50*time.Millisecond).Result())(t), true)
		eventually(t, "it expires", func() bool { return !e.exists(t, k) })
	}},
	{"EXPIREAT in the past deletes", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.Set(t.Context(), k, "v", 0).Err())
		must(t, e.Redis.ExpireAt(t.Context(), k, time.Now().Add(-time.Hour)).Err())
		equal(t, "exists", e.exists(t, k), false)
	}},
	{"a lock can be taken again after it expires", func(t *testing.T, e *Env) {
		k := e.Name()
		equal(t, "first", ok(e.Redis.SetNX(t.Context(), k, "1", 100*time.Millisecond).Result())(t), true)
		equal(t, "second", ok(e.Redis.SetNX(t.Context(), k, "2", time.Second).Result())(t), false)
		eventually(t, "it is free", func() bool { return ok(e.Redis.SetNX(t.Context(), k, "3", time.Second).Result())(t) })
	}},
	{"an expiry that is not a positive number is an error", func(t *testing.T, e *Env) {
		says(t, e.Redis.Do(t.Context(), "SET", e.Name(), "v", "PX", "0").Err(), "ERR invalid expire time in 'set' command")
	}},
}
