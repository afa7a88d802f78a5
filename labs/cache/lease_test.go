package cache

import (
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// The life of a lease: one reader has it until it fills the entry, a write takes it away, or its holder counts as dead.
func TestLease(t *testing.T) {
	server := miniredis.RunT(t)
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), MaintNotificationsConfig: quiet})
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
		if got := server.Exists(c.keys(p.ID)[0]); got != want {
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
	server.Del(c.keys(p.ID)[0])
	asks("the entry was evicted", "c", true)
	server.FastForward(leaseTime)
	asks("c is dead", "d", true)
}
