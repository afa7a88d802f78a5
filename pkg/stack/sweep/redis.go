package sweep

import (
	"context"
	"strings"

	"github.com/redis/go-redis/v9"
)

func redisSweeper(addr string) sweeper {
	return sweeper{"Redis key", func(ctx context.Context, prefix string) (int, error) {
		c := redis.NewClient(&redis.Options{Addr: addr})
		defer func() { _ = c.Close() }() // there is nothing left to be lost with it
		var n int
		var cursor uint64
		for {
			keys, next, err := c.Scan(ctx, cursor, glob.Replace(prefix)+"*", 1000).Result()
			if err != nil {
				return n, err
			}
			if len(keys) > 0 {
				deleted, err := c.Unlink(ctx, keys...).Result()
				n += int(deleted)
				if err != nil {
					return n, err
				}
			}
			if cursor = next; cursor == 0 {
				return n, nil
			}
		}
	}}
}

// glob escapes what has a meaning in SCAN's patterns.
var glob = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`, `]`, `\]`)
