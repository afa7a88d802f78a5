package dlq

import (
	"testing"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/redislocal"
)

// A worker whose claim has expired leaves that of the worker that has the order now.
func TestWorkersReleaseOnlyTheirOwnClaims(t *testing.T) {
	server, err := redislocal.Start(redislocal.Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), Dialer: loopback.Dial})
	defer client.Close()
	for holder, gone := range map[string]bool{"billing-1": true, "billing-2": false, ended: false} {
		if err := client.Set(t.Context(), "order", holder, 0).Err(); err != nil {
			t.Fatal(err)
		}
		if err := deleteOwn.Run(t.Context(), client, []string{"order"}, "billing-1").Err(); err != nil {
			t.Fatal(err)
		}
		if (client.Exists(t.Context(), "order").Val() == 1) == gone {
			t.Errorf("billing-1 releases what is %q: gone %v, want %v", holder, !gone, gone)
		}
	}
}
