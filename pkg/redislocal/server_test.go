package redislocal

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jonboulle/clockwork"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func started(t *testing.T) (*redis.Client, *clockwork.FakeClock) {
	t.Helper()
	clock := clockwork.NewFakeClock()
	local, err := Start(Config{Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(&redis.Options{Addr: local.Addr()})
	t.Cleanup(func() {
		_ = client.Close()
		_ = local.Close()
	})
	return client, clock
}

func TestAKeyExpires(t *testing.T) {
	c, clock := started(t)
	ctx := context.Background()
	if err := c.Set(ctx, "k", "v", time.Second).Err(); err != nil {
		t.Fatal(err)
	}
	clock.Advance(time.Second - time.Millisecond)
	if got, err := c.Get(ctx, "k").Result(); got != "v" || err != nil {
		t.Errorf("before: %q, %v", got, err)
	}
	clock.Advance(time.Millisecond)
	if got, err := c.Get(ctx, "k").Result(); !errors.Is(err, redis.Nil) {
		t.Errorf("after: %q, %v", got, err)
	}
}

func TestAWatchedKeyAbortsATransaction(t *testing.T) {
	c, _ := started(t)
	ctx := context.Background()
	err := c.Watch(ctx, func(tx *redis.Tx) error {
		c.Set(ctx, "k", "other", 0)
		_, err := tx.TxPipelined(ctx, func(p redis.Pipeliner) error { return p.Set(ctx, "k", "v", 0).Err() })
		return err
	}, "k")
	if !errors.Is(err, redis.TxFailedErr) {
		t.Errorf("got %v", err)
	}
}
