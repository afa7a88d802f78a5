package dlq

import (
	"testing"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// A worker whose claim has expired leaves that of the worker that has the order now.
func TestWorkersReleaseOnlyTheirOwnClaims(t *testing.T) {
	server := miniredis.RunT(t)
	quiet := &maintnotifications.Config{Mode: maintnotifications.ModeDisabled}
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), MaintNotificationsConfig: quiet})
	defer client.Close()
	for holder, gone := range map[string]bool{"billing-1": true, "billing-2": false, ended: false} {
		if err := server.Set("order", holder); err != nil {
			t.Fatal(err)
		}
		if err := deleteOwn.Run(t.Context(), client, []string{"order"}, "billing-1").Err(); err != nil {
			t.Fatal(err)
		}
		if server.Exists("order") == gone {
			t.Errorf("billing-1 releases what is %q: gone %v, want %v", holder, !gone, gone)
		}
	}
}
