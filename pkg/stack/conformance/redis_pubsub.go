package conformance

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"
)

// hear returns the next message of a subscription.
func hear(t *testing.T, p *redis.PubSub) *redis.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return ok(p.ReceiveMessage(ctx))(t)
}

// listen subscribes, and returns when the server has confirmed.
func listen(t *testing.T, p *redis.PubSub) *redis.PubSub {
	t.Helper()
	t.Cleanup(func() { _ = p.Close() })
	ok(p.Receive(t.Context()))(t)
	return p
}

var redisPubSub = []Case{
	{"every subscriber receives a message", func(t *testing.T, e *Env) {
		ch := e.Name()
		a, b := listen(t, e.Redis.Subscribe(t.Context(), ch)), listen(t, e.Redis.Subscribe(t.Context(), ch))
		equal(t, "receivers", ok(e.Redis.Publish(t.Context(), ch, "m").Result())(t), 2)
		equal(t, "first", hear(t, a).Payload, "m")
		equal(t, "second", hear(t, b).Payload, "m")
	}},
	{"a pattern subscription receives the messages of its channels", func(t *testing.T, e *Env) {
		ch := e.Name()
		p := listen(t, e.Redis.PSubscribe(t.Context(), ch+":*"))
		equal(t, "of another channel", ok(e.Redis.Publish(t.Context(), ch, "m").Result())(t), 0)
		equal(t, "receivers", ok(e.Redis.Publish(t.Context(), ch+":a", "m").Result())(t), 1)
		m := hear(t, p)
		equal(t, "channel", m.Channel, ch+":a")
		equal(t, "pattern", m.Pattern, ch+":*")
	}},
	{"without subscribers a message is lost", func(t *testing.T, e *Env) {
		equal(t, "receivers", ok(e.Redis.Publish(t.Context(), e.Name(), "m").Result())(t), 0)
	}},
	{"no message is received after unsubscribing", func(t *testing.T, e *Env) {
		ch := e.Name()
		p := listen(t, e.Redis.Subscribe(t.Context(), ch))
		must(t, p.Unsubscribe(t.Context(), ch))
		eventually(t, "nobody listens", func() bool { return ok(e.Redis.Publish(t.Context(), ch, "m").Result())(t) == 0 })
	}},
	{"a channel counts its subscribers", func(t *testing.T, e *Env) {
		ch := e.Name()
		listen(t, e.Redis.Subscribe(t.Context(), ch))
		equal(t, "subscribers", ok(e.Redis.PubSubNumSub(t.Context(), ch).Result())(t)[ch], 1)
	}},
	{"messages of a channel come in order", func(t *testing.T, e *Env) {
		ch := e.Name()
		p := listen(t, e.Redis.Subscribe(t.Context(), ch))
		for _, m := range []string{"1", "2", "3"} {
			must(t, e.Redis.Publish(t.Context(), ch, m).Err())
		}
		for _, want := range []string{"1", "2", "3"} {
			equal(t, "message", hear(t, p).Payload, want)
		}
	}},
}
