package conformance

import (
	"testing"

	"github.com/redis/go-redis/v9"
)

var redisScripts = []Case{
	{"a script has keys and arguments", func(t *testing.T, e *Env) {
		k := e.Name()
		got := ok(e.Redis.Eval(t.Context(), `redis.call('SET', KEYS[1], ARGV[1]) return redis.call('GET', KEYS[1])`,
			[]string{k}, "v").Result())(t)
		equal[any](t, "result", got, "v")
	}},
	{"a script is run by its hash, once it is loaded", func(t *testing.T, e *Env) {
		sha := ok(e.Redis.ScriptLoad(t.Context(), `return 7`).Result())(t)
		equal[any](t, "result", ok(e.Redis.EvalSha(t.Context(), sha, nil).Result())(t), int64(7))
	}},
	{"an unknown hash is NOSCRIPT", func(t *testing.T, e *Env) {
		says(t, e.Redis.EvalSha(t.Context(), "0123456789012345678901234567890123456789", nil).Err(), "NOSCRIPT")
	}},
	{"a script's values become Redis's, without fractions", func(t *testing.T, e *Env) {
		got := ok(e.Redis.Eval(t.Context(), `return {1, 3.9, 'x', true, 7, false, 8}`, nil).Slice())(t)
		want := []any{int64(1), int64(3), "x", int64(1), int64(7), nil, int64(8)}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
	}},
	{"an error in a script is the caller's error", func(t *testing.T, e *Env) {
		says(t, e.Redis.Eval(t.Context(), `return redis.error_reply('MYERR no')`, nil).Err(), "MYERR no")
	}},
	{"redis.call raises, redis.pcall returns", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.LPush(t.Context(), k, "x").Err())
		says(t, e.Redis.Eval(t.Context(), `return redis.call('GET', KEYS[1])`, []string{k}).Err(), "WRONGTYPE")
		got := ok(e.Redis.Eval(t.Context(),
			`local r = redis.pcall('GET', KEYS[1]) if r.err then return 'caught' end return 'no'`, []string{k}).Result())(t)
		equal[any](t, "result", got, "caught")
	}},
	{"a script that does not compile is an error", func(t *testing.T, e *Env) {
		says(t, e.Redis.Eval(t.Context(), `return return`, nil).Err(), "ERR Error compiling script")
	}},
	{"a lock is released by its owner only", func(t *testing.T, e *Env) {
		k := e.Name()
		release := redis.NewScript(
			`if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`)
		must(t, e.Redis.Set(t.Context(), k, "me", 0).Err())
		equal[any](t, "by another", ok(release.Run(t.Context(), e.Redis, []string{k}, "you").Result())(t), int64(0))
		equal[any](t, "by its owner", ok(release.Run(t.Context(), e.Redis, []string{k}, "me").Result())(t), int64(1))
	}},
	{"a token bucket in a script, with TIME and PEXPIRE", func(t *testing.T, e *Env) {
		k := e.Name()
		bucket := redis.NewScript(`
			local now = redis.call('TIME')
			local ms = now[1] * 1000 + math.floor(now[2] / 1000)
			local b = redis.call('HMGET', KEYS[1], 'tokens', 'at')
			local tokens = tonumber(b[1]) or tonumber(ARGV[1])
			if tokens < 1 then return 0 end
			redis.call('HSET', KEYS[1], 'tokens', tokens - 1, 'at', ms)
			redis.call('PEXPIRE', KEYS[1], 60000)
			return 1`)
		var admitted int64
		for range 5 {
			admitted += ok(bucket.Run(t.Context(), e.Redis, []string{k}, 3).Int64())(t)
		}
		equal(t, "admitted", admitted, 3)
		if d := e.Redis.PTTL(t.Context(), k).Val(); d <= 0 {
			t.Fatalf("PTTL %v", d)
		}
	}},
	{"scripts have cjson and cmsgpack", func(t *testing.T, e *Env) {
		equal[any](t, "cjson", ok(e.Redis.Eval(t.Context(), `return cjson.encode({a=1})`, nil).Result())(t), `{"a":1}`)
		equal[any](t, "cmsgpack",
			ok(e.Redis.Eval(t.Context(), `return cmsgpack.unpack(cmsgpack.pack({7}))[1]`, nil).Result())(t), int64(7))
	}},
}
