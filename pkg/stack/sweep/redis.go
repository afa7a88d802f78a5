package sweep

import (
	"context"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/loopback"
)

// keysAtOnce is how many keys one command lists or deletes.
const keysAtOnce = 1000

func redisKind(addr string) kind {
	return kind{"Redis key", func(ctx context.Context, prefix string) (found []Thing, err error) {
		c := redis.NewClient(&redis.Options{Addr: addr, Dialer: loopback.Dial})
		defer func() { _ = c.Close() }() // nothing is lost with it
		for cursor := uint64(0); ; {
			keys, next, err := c.Scan(ctx, cursor, glob.Replace(prefix)+"*", keysAtOnce).Result()
			if err != nil {
				return found, err
			}
			found = append(found, named(keys)...)
			if cursor = next; cursor == 0 {
				return found, nil
			}
		}
	}, func(ctx context.Context, things []Thing) (n int, err error) {
		c := redis.NewClient(&redis.Options{Addr: addr, Dialer: loopback.Dial})
		defer func() { _ = c.Close() }()
		for some := range slices.Chunk(things, keysAtOnce) {
			var keys []string
			for _, t := range some {
				keys = append(keys, t.Name)
			}
			deleted, err := c.Unlink(ctx, keys...).Result()
			n += int(deleted)
			if err != nil {
				return n, err
			}
		}
		return n, nil
	}}
}

// glob escapes what has a meaning in SCAN's patterns.
var glob = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)
