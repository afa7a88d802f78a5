package conformance

import (
	"errors"
	"sync"
	"testing"

	"github.com/redis/go-redis/v9"
)

var redisStrings = []Case{
	{"a value is read as it was set, bytes included", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.Set(t.Context(), k, "a\x00\xff\r\n", 0).Err())
		equal(t, "value", ok(e.Redis.Get(t.Context(), k).Result())(t), "a\x00\xff\r\n")
	}},
	{"a missing key is nil", func(t *testing.T, e *Env) {
		if err := e.Redis.Get(t.Context(), e.Name()).Err(); !errors.Is(err, redis.Nil) {
			t.Fatalf("got %v", err)
		}
	}},
	{"SET NX sets once", func(t *testing.T, e *Env) {
		k := e.Name()
		equal(t, "first", ok(e.Redis.SetNX(t.Context(), k, "1", 0).Result())(t), true)
		equal(t, "second", ok(e.Redis.SetNX(t.Context(), k, "2", 0).Result())(t), false)
		equal(t, "value", e.Redis.Get(t.Context(), k).Val(), "1")
	}},
	{"SET XX sets an existing key only", func(t *testing.T, e *Env) {
		k := e.Name()
		equal(t, "before", ok(e.Redis.SetXX(t.Context(), k, "1", 0).Result())(t), false)
		must(t, e.Redis.Set(t.Context(), k, "1", 0).Err())
		equal(t, "after", ok(e.Redis.SetXX(t.Context(), k, "2", 0).Result())(t), true)
	}},
	{"SET GET returns the old value", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.Set(t.Context(), k, "old", 0).Err())
		equal(t, "old", ok(e.Redis.SetArgs(t.Context(), k, "new", redis.SetArgs{Get: true}).Result())(t), "old")
	}},
	{"INCR starts a missing key at 0, and concurrent calls lose nothing", func(t *testing.T, e *Env) {
		k := e.Name()
		var wg sync.WaitGroup
		errs := make([]error, 20)
		for i := range errs {
			wg.Go(func() { errs[i] = e.Redis.Incr(t.Context(), k).Err() })
		}
		wg.Wait()
		must(t, errors.Join(errs...))
		equal(t, "value", e.Redis.Get(t.Context(), k).Val(), "20")
	}},
	{"INCR of a text is an error", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.Set(t.Context(), k, "text", 0).Err())
		says(t, e.Redis.Incr(t.Context(), k).Err(), "ERR value is not an integer or out of range")
	}},
	{"INCRBYFLOAT", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.Set(t.Context(), k, "10.5", 0).Err())
		equal(t, "value", ok(e.Redis.IncrByFloat(t.Context(), k, 0.1).Result())(t), 10.6)
	}},
	{"a command on a key of another type is WRONGTYPE", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.LPush(t.Context(), k, "x").Err())
		says(t, e.Redis.Get(t.Context(), k).Err(), "WRONGTYPE")
		says(t, e.Redis.Incr(t.Context(), k).Err(), "WRONGTYPE")
	}},
	{"MGET returns nil for a missing key", func(t *testing.T, e *Env) {
		a, b := e.Name(), e.Name()
		must(t, e.Redis.MSet(t.Context(), a, "1").Err())
		got := ok(e.Redis.MGet(t.Context(), a, b).Result())(t)
		if got[0] != "1" || got[1] != nil {
			t.Fatalf("got %v", got)
		}
	}},
	{"GETDEL returns a value and deletes its key", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.Set(t.Context(), k, "v", 0).Err())
		equal(t, "value", ok(e.Redis.GetDel(t.Context(), k).Result())(t), "v")
		equal(t, "exists", e.Redis.Exists(t.Context(), k).Val(), 0)
	}},
	{"bits are set and counted", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.SetBit(t.Context(), k, 7, 1).Err())
		must(t, e.Redis.SetBit(t.Context(), k, 100, 1).Err())
		equal(t, "bits", ok(e.Redis.BitCount(t.Context(), k, nil).Result())(t), 2)
		equal(t, "bit 8", e.Redis.GetBit(t.Context(), k, 8).Val(), 0)
	}},
	{"a transaction runs as a whole, and WATCH aborts it after a change", func(t *testing.T, e *Env) {
		k := e.Name()
		err := e.Redis.Watch(t.Context(), func(tx *redis.Tx) error {
			must(t, e.Redis.Set(t.Context(), k, "changed", 0).Err())
			_, err := tx.TxPipelined(t.Context(), func(p redis.Pipeliner) error {
				p.Set(t.Context(), k, "mine", 0)
				return nil
			})
			return err
		}, k)
		if !errors.Is(err, redis.TxFailedErr) {
			t.Fatalf("got %v", err)
		}
		equal(t, "value", e.Redis.Get(t.Context(), k).Val(), "changed")
	}},
	{"an unknown command is an error", func(t *testing.T, e *Env) {
		says(t, e.Redis.Do(t.Context(), "NOSUCHCOMMAND").Err(), "ERR unknown command")
	}},
	{"a wrong number of arguments is an error", func(t *testing.T, e *Env) {
		says(t, e.Redis.Do(t.Context(), "GET").Err(), "ERR wrong number of arguments for 'get' command")
	}},
	{"SCAN finds by pattern", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.MSet(t.Context(), k+":a", "1", k+":b", "2", k+"x", "3").Err())
		var n int
		for it := e.Redis.Scan(t.Context(), 0, k+":*", 100).Iterator(); it.Next(t.Context()); {
			n++
		}
		equal(t, "keys", n, 2)
	}},
}
