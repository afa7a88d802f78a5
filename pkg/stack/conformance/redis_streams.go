package conformance

import (
	"errors"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

// entry adds an entry with one field to a stream and returns its id.
func (e *Env) entry(t *testing.T, stream, value string) string {
	t.Helper()
	return ok(e.Redis.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, Values: []string{"f", value}}).Result())(t)
}

func (e *Env) readGroup(t *testing.T, stream, group, consumer, id string) []redis.XMessage {
	t.Helper()
	out, err := e.Redis.XReadGroup(t.Context(), &redis.XReadGroupArgs{
		Group: group, Consumer: consumer, Streams: []string{stream, id}, Count: 10, Block: -1,
	}).Result()
	if errors.Is(err, redis.Nil) {
		return nil
	}
	return ok(out, err)(t)[0].Messages
}

var redisStreams = []Case{
	{"entries come in order with rising ids", func(t *testing.T, e *Env) {
		k := e.Name()
		a, b := e.entry(t, k, "1"), e.entry(t, k, "2")
		got := ok(e.Redis.XRange(t.Context(), k, "-", "+").Result())(t)
		if len(got) != 2 || got[0].ID != a || got[1].ID != b || got[1].Values["f"] != "2" {
			t.Fatalf("got %v, want %s and %s", got, a, b)
		}
	}},
	{"an id not above the last one is an error", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.XAdd(t.Context(), &redis.XAddArgs{Stream: k, ID: "5-1", Values: []string{"f", "v"}}).Err())
		says(t, e.Redis.XAdd(t.Context(), &redis.XAddArgs{Stream: k, ID: "5-1", Values: []string{"f", "v"}}).Err(),
			"ERR The ID specified in XADD is equal or smaller than the target stream top item")
	}},
	{"XREAD waits for an entry", func(t *testing.T, e *Env) {
		k := e.Name()
		e.entry(t, k, "before")
		read := make(chan []redis.XStream, 1)
		go func() {
			read <- e.Redis.XRead(t.Context(), &redis.XReadArgs{Streams: []string{k, "$"}, Block: 10 * time.Second}).Val()
		}()
		never(t, 100*time.Millisecond, "nothing new is read", func() bool { return len(read) > 0 })
		e.entry(t, k, "after")
		got := <-read
		if len(got) != 1 || got[0].Messages[0].Values["f"] != "after" {
			t.Fatalf("got %v", got)
		}
	}},
	{"a group gives each entry to one consumer", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.XGroupCreateMkStream(t.Context(), k, "g", "0").Err())
		e.entry(t, k, "1")
		equal(t, "first consumer", len(e.readGroup(t, k, "g", "a", ">")), 1)
		equal(t, "second consumer", len(e.readGroup(t, k, "g", "b", ">")), 0)
	}},
	{"an entry is pending until it is acknowledged", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.XGroupCreateMkStream(t.Context(), k, "g", "0").Err())
		id := e.entry(t, k, "1")
		e.readGroup(t, k, "g", "a", ">")
		equal(t, "pending", ok(e.Redis.XPending(t.Context(), k, "g").Result())(t).Count, 1)
		equal(t, "read again", len(e.readGroup(t, k, "g", "a", "0")), 1)
		equal(t, "acknowledged", ok(e.Redis.XAck(t.Context(), k, "g", id).Result())(t), 1)
		equal(t, "pending", ok(e.Redis.XPending(t.Context(), k, "g").Result())(t).Count, 0)
	}},
	{"a dead consumer's entries are claimed", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.XGroupCreateMkStream(t.Context(), k, "g", "0").Err())
		id := e.entry(t, k, "1")
		e.readGroup(t, k, "g", "dead", ">")
		eventually(t, "it is claimed", func() bool {
			got, _, err := e.Redis.XAutoClaim(t.Context(), &redis.XAutoClaimArgs{
				Stream: k, Group: "g", Consumer: "b", MinIdle: 20 * time.Millisecond, Start: "0",
			}).Result()
			must(t, err)
			return len(got) == 1 && got[0].ID == id
		})
		p := ok(e.Redis.XPendingExt(t.Context(), &redis.XPendingExtArgs{
			Stream: k, Group: "g", Start: "-", End: "+", Count: 10,
		}).Result())(t)
		equal(t, "consumer", p[0].Consumer, "b")
		equal(t, "deliveries", p[0].RetryCount, 2)
	}},
	{"a missing group is NOGROUP", func(t *testing.T, e *Env) {
		k := e.Name()
		e.entry(t, k, "1")
		says(t,
			e.Redis.XReadGroup(t.Context(), &redis.XReadGroupArgs{Group: "g", Consumer: "a", Streams: []string{k, ">"}}).Err(),
			"NOGROUP")
	}},
	{"creating a group again is BUSYGROUP", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.XGroupCreateMkStream(t.Context(), k, "g", "0").Err())
		says(t, e.Redis.XGroupCreateMkStream(t.Context(), k, "g", "0").Err(), "BUSYGROUP")
	}},
	{"MAXLEN trims", func(t *testing.T, e *Env) {
		k := e.Name()
		for range 5 {
			must(t, e.Redis.XAdd(t.Context(), &redis.XAddArgs{Stream: k, MaxLen: 3, Values: []string{"f", "v"}}).Err())
		}
		equal(t, "length", e.Redis.XLen(t.Context(), k).Val(), 3)
	}},
}
