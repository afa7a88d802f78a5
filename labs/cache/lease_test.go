package cache

import (
	"testing"

	"github.com/jonboulle/clockwork"
	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/redislocal"
)

// The life of a lease: one reader has it until it fills the entry, a write takes it away, or its holder counts as dead.
func TestLease(t *testing.T) {
	clock := clockwork.NewFakeClock()
	server, err := redislocal.Start(redislocal.Config{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), Dialer: loopback.Dial})
	defer client.Close()
	c, p := entries{Client: client}, product{ID: "p", Value: "1", Version: 1}
	asks := func(when, token string, want bool) {
		t.Helper()
		got, err := giveLease.Run(t.Context(), c, c.keys(p.ID), token, leaseTime.Milliseconds()).Bool()
		if err != nil || got != want {
			t.Errorf("%s: %s gets the lease: %v, %v; want %v", when, token, got, err, want)
		}
	}
	change := func(script *redis.Script, token string) {
		t.Helper()
		if err := c.put(t.Context(), script, p.ID, p, token); err != nil {
			t.Fatal(err)
		}
	}
	there := func(when string, want bool) {
		t.Helper()
		if got := client.Exists(t.Context(), c.keys(p.ID)[0]).Val() == 1; got != want {
			t.Errorf("%s: there is an entry: %v, want %v", when, got, want)
		}
	}
	asks("nobody loads", "a", true)
	asks("a loads", "b", false)
	change(fillLeased, "b")
	there("b has no lease", false)
	change(dropLeased, "")
	change(fillLeased, "a")
	there("a write took the lease away", false)
	asks("the lease is free again", "b", true)
	change(fillLeased, "b")
	there("b filled it in", true)
	asks("there is an entry", "c", false)
	if err := client.Del(t.Context(), c.keys(p.ID)[0]).Err(); err != nil {
		t.Fatal(err)
	}
	asks("the entry was evicted", "c", true)
	clock.Advance(leaseTime)
	asks("c is dead", "d", true)
}
