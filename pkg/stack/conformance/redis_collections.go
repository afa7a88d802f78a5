package conformance

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

var redisCollections = []Case{
	{"a hash has fields", func(t *testing.T, e *Env) {
		k := e.Name()
		equal(t, "new fields", ok(e.Redis.HSet(t.Context(), k, "a", "1", "b", "2").Result())(t), 2)
		equal(t, "new fields", ok(e.Redis.HSet(t.Context(), k, "a", "3").Result())(t), 0)
		equal(t, "count", ok(e.Redis.HIncrBy(t.Context(), k, "b", 5).Result())(t), 7)
		got := ok(e.Redis.HGetAll(t.Context(), k).Result())(t)
		if len(got) != 2 || got["a"] != "3" || got["b"] != "7" {
			t.Fatalf("got %v", got)
		}
	}},
	{"a list is a queue", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.RPush(t.Context(), k, "1", "2", "3").Err())
		equal(t, "head", e.Redis.LPop(t.Context(), k).Val(), "1")
		if got := e.Redis.LRange(t.Context(), k, 0, -1).Val(); !slices.Equal(got, []string{"2", "3"}) {
			t.Fatalf("got %v", got)
		}
	}},
	{"an empty list is removed", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.RPush(t.Context(), k, "1").Err())
		must(t, e.Redis.LPop(t.Context(), k).Err())
		equal(t, "exists", e.exists(t, k), false)
	}},
	{"BLPOP waits for an element", func(t *testing.T, e *Env) {
		k := e.Name()
		popped := make(chan []string, 1)
		go func() { popped <- e.Redis.BLPop(t.Context(), 10*time.Second, k).Val() }()
		never(t, 100*time.Millisecond, "an empty list gives", func() bool { return len(popped) > 0 })
		must(t, e.Redis.RPush(t.Context(), k, "x").Err())
		if got := <-popped; !slices.Equal(got, []string{k, "x"}) {
			t.Fatalf("got %v", got)
		}
	}},
	{"BLPOP times out", func(t *testing.T, e *Env) {
		if err := e.Redis.BLPop(t.Context(), time.Second, e.Name()).Err(); !errors.Is(err, redis.Nil) {
			t.Fatalf("got %v", err)
		}
	}},
	{"LMOVE moves from list to list", func(t *testing.T, e *Env) {
		a, b := e.Name(), e.Name()
		must(t, e.Redis.RPush(t.Context(), a, "1", "2").Err())
		equal(t, "moved", ok(e.Redis.LMove(t.Context(), a, b, "RIGHT", "LEFT").Result())(t), "2")
		equal(t, "arrived", e.Redis.LIndex(t.Context(), b, 0).Val(), "2")
	}},
	{"a set has each member once", func(t *testing.T, e *Env) {
		a, b := e.Name(), e.Name()
		equal(t, "added", ok(e.Redis.SAdd(t.Context(), a, "x", "y", "x").Result())(t), 2)
		must(t, e.Redis.SAdd(t.Context(), b, "y", "z").Err())
		equal(t, "is member", e.Redis.SIsMember(t.Context(), a, "y").Val(), true)
		if got := e.Redis.SInter(t.Context(), a, b).Val(); !slices.Equal(got, []string{"y"}) {
			t.Fatalf("got %v", got)
		}
	}},
	{"a sorted set is in the order of scores", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t,
			e.Redis.ZAdd(t.Context(), k, redis.Z{Score: 10, Member: "ten"}, redis.Z{Score: 9, Member: "nine"}, redis.Z{
				Score: 10, Member: "also",
			}).Err())
		if got := e.Redis.ZRange(t.Context(), k, 0, -1).Val(); !slices.Equal(got, []string{"nine", "also", "ten"}) {
			t.Fatalf("got %v", got)
		}
		equal(t, "rank", e.Redis.ZRank(t.Context(), k, "ten").Val(), 2)
		equal(t, "in a window", e.Redis.ZCount(t.Context(), k, "(9", "10").Val(), 2)
		equal(t, "removed", ok(e.Redis.ZRemRangeByScore(t.Context(), k, "-inf", "9").Result())(t), 1)
	}},
	{"ZINCRBY raises a score", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.ZIncrBy(t.Context(), k, 1.5, "m").Err())
		equal(t, "score", ok(e.Redis.ZIncrBy(t.Context(), k, 2, "m").Result())(t), 3.5)
	}},
	{"a HyperLogLog estimates", func(t *testing.T, e *Env) {
		k := e.Name()
		for i := range 1000 {
			must(t, e.Redis.PFAdd(t.Context(), k, i).Err())
		}
		if n := ok(e.Redis.PFCount(t.Context(), k).Result())(t); n < 950 || n > 1050 {
			t.Fatalf("got %d of 1000", n)
		}
	}},
	{"places are found by distance", func(t *testing.T, e *Env) {
		k := e.Name()
		must(t, e.Redis.GeoAdd(t.Context(), k, &redis.GeoLocation{Name: "Palermo", Longitude: 13.361389, Latitude: 38.115556},
			&redis.GeoLocation{Name: "Catania", Longitude: 15.087269, Latitude: 37.502669}).Err())
		got := ok(e.Redis.GeoSearch(t.Context(), k, &redis.GeoSearchQuery{
			Longitude: 15, Latitude: 37, Radius: 100, RadiusUnit: "km", Sort: "ASC",
		}).Result())(t)
		if !slices.Equal(got, []string{"Catania"}) {
			t.Fatalf("got %v", got)
		}
	}},
}
