//go:build faketime

package embedded

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack"
)

// A table recovers at its own rate.
func TestThrottlingAtItsRealLength(t *testing.T) {
	write := accounts(t, stack.Needs{Throttling: true})
	time.Sleep(99 * time.Second)
	var exceeded *types.ProvisionedThroughputExceededException
	if err := write(1); !errors.As(err, &exceeded) {
		t.Errorf("a write a second too early: %v", err)
	}
	time.Sleep(2 * time.Second)
	must(t, write(1))
}

// Times to live of hours keep their real length, whichever command asks and however rarely.
func TestRedisExpiryAtItsRealLength(t *testing.T) {
	const almost = 10 * time.Millisecond
	st := start(t, stack.Needs{})
	c := redis.NewClient(&redis.Options{Addr: st.Redis, Dialer: loopback.Dial})
	t.Cleanup(func() { _ = c.Close() })
	ctx := t.Context()
	must(t, c.Set(ctx, "session", "v", 6*time.Hour).Err())
	time.Sleep(time.Hour)
	if ok, err := c.SetNX(ctx, "session", "other", 24*time.Hour).Result(); ok || err != nil {
		t.Fatalf("SET NX on a key that is there says %v, %v", ok, err)
	}
	must(t, c.Eval(ctx, "return redis.call('SET', KEYS[1], 'v', 'PX', 7200000)", []string{"scripted"}).Err())
	time.Sleep(time.Hour - almost)
	if left := c.PTTL(ctx, "session").Val(); left < 4*time.Hour || left > 4*time.Hour+almost {
		t.Errorf("after two hours PTTL says %v of six", left)
	}
	if left := c.PTTL(ctx, "scripted").Val(); left < time.Hour || left > time.Hour+almost {
		t.Errorf("an hour after the script PTTL says %v of two hours", left)
	}
	exist := func(when string, want int64) {
		t.Helper()
		if n := c.Exists(ctx, "session", "scripted").Val(); n != want {
			t.Errorf("%s there are %d keys, want %d", when, n, want)
		}
	}
	time.Sleep(time.Hour)
	exist("before the script's key goes", 2)
	time.Sleep(almost)
	exist("when the script's key has gone", 1)
	time.Sleep(3*time.Hour - almost)
	exist("before the session goes", 1)
	time.Sleep(almost)
	exist("when the session has gone", 0)
}
