package redislocal

import (
	"context"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestCloseEndsAScriptThatIsStuck(t *testing.T) {
	for _, script := range []string{
		"while true do end",
		"redis.call('SET', 'k', 'v') while true do pcall(function() while true do end end) end",
		"return string.find(string.rep('a', 1e6), string.rep('a-', 200) .. 'b')",
	} {
		local, err := Start(Config{})
		if err != nil {
			t.Fatal(err)
		}
		client := redis.NewClient(&redis.Options{Addr: local.Addr(), MaxRetries: -1})
		ended := make(chan struct{})
		go func() {
			client.Eval(context.Background(), script, nil)
			close(ended)
		}()
		time.Sleep(50 * time.Millisecond)
		began := time.Now()
		if err := local.Close(); err != nil {
			t.Error(err)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("%s: took %s", script, took)
		}
		<-ended
		_ = client.Close()
	}
}
