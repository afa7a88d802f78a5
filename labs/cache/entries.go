package cache

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

// product is what the catalogue holds: a price tag, in short.
type product struct {
	Value   string `json:"value"`
	Version int    `json:"version"` // counts the writes; the database gives it
}

// entry is a cached product.
type entry struct {
	product
	delta  time.Duration // that its load took
	expiry time.Time
}

// entries is the cache: one Redis hash a product.
//
//	value    what the product is
//	version  of the product in the database
//	delta    milliseconds that loading it took
//	expiry   when it expires, in Unix milliseconds; Redis drops it then
type entries struct {
	prefix string
	redis  *redis.Client
}

const redisPatience = patience / 2 // for an answer of Redis

func (s *shop) entries(i *lab.Instance) *entries {
	return &entries{prefix: s.env.Name("product:"), redis: i.Redis()}
}

func (c *entries) key(id string) string   { return c.prefix + id }
func (c *entries) lease(id string) string { return c.prefix + id + ":lease" }

// get returns the entry, and false where there is none.
func (c *entries) get(ctx context.Context, id string) (entry, bool, error) {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	fields, err := c.redis.HGetAll(ctx, c.key(id)).Result()
	if err != nil {
		return entry{}, false, fmt.Errorf("get %s: %w", id, err)
	}
	if len(fields) == 0 {
		return entry{}, false, nil
	}
	e, err := decode(fields)
	return e, err == nil, err
}

func decode(fields map[string]string) (entry, error) {
	version, err := strconv.Atoi(fields["version"])
	delta, err2 := strconv.ParseInt(fields["delta"], 10, 64)
	expiry, err3 := strconv.ParseInt(fields["expiry"], 10, 64)
	if err := errors.Join(err, err2, err3); err != nil {
		return entry{}, fmt.Errorf("read entry: %w", err)
	}
	return entry{product{fields["value"], version}, time.Duration(delta) * time.Millisecond, time.UnixMilli(expiry)}, nil
}

// fill is what the three scripts that fill an entry have in common.
const fill = `
redis.call("HSET", KEYS[1], "value", ARGV[1], "version", ARGV[2], "delta", ARGV[3], "expiry", ARGV[4])
redis.call("PEXPIREAT", KEYS[1], ARGV[4])
return 1`

var (
	putAlways = redis.NewScript(fill)
	// An entry that is newer stays: a slow reader's answer does not undo a write that overtook it.
	putNewer = redis.NewScript(`
local version = redis.call("HGET", KEYS[1], "version")
if version and tonumber(version) > tonumber(ARGV[2]) then return 0 end` + fill)
	// The lease is gone if anybody wrote since it was given.
	putLeased = redis.NewScript(`
if redis.call("GET", KEYS[2]) ~= ARGV[5] then return 0 end
redis.call("DEL", KEYS[2])` + fill)
	// There may be an entry by now: who looked just before it was filled gets no lease either.
	giveLease = redis.NewScript(`
if redis.call("EXISTS", KEYS[1]) == 0 and redis.call("SET", KEYS[2], ARGV[1], "NX", "PX", ARGV[2]) then return 1 end
return 0`)
)

// put fills the entry by one of these scripts; token is the lease's, for the last of them.
func (c *entries) put(ctx context.Context, script *redis.Script, id string, e entry, token string) error {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	err := script.Run(ctx, c.redis, []string{c.key(id), c.lease(id)},
		e.Value, e.Version, e.delta.Milliseconds(), e.expiry.UnixMilli(), token).Err()
	if err != nil {
		return fmt.Errorf("fill %s: %w", id, err)
	}
	return nil
}

// drop removes the entry, and with it the lease to fill it.
func (c *entries) drop(ctx context.Context, ids ...string) error {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	var keys []string
	for _, id := range ids {
		keys = append(keys, c.key(id), c.lease(id))
	}
	if err := c.redis.Del(ctx, keys...).Err(); err != nil {
		return fmt.Errorf("drop entries: %w", err)
	}
	return nil
}

// takeLease returns true where the caller may load and fill the entry under that token: for a missing
// entry one caller may, until it fills, a write drops the lease, or the lease ends.
func (c *entries) takeLease(ctx context.Context, id, token string) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	given, err := giveLease.Run(ctx, c.redis, []string{c.key(id), c.lease(id)}, token, leaseTime.Milliseconds()).Int()
	if err != nil {
		return false, fmt.Errorf("take lease of %s: %w", id, err)
	}
	return given == 1, nil
}

// expireIn shortens an entry's life and returns how much of it Redis says is left.
func (c *entries) expireIn(ctx context.Context, id string, at time.Time) (time.Duration, error) {
	pipe := c.redis.TxPipeline()
	pipe.HSet(ctx, c.key(id), "expiry", at.UnixMilli())
	pipe.PExpireAt(ctx, c.key(id), at)
	left := pipe.PTTL(ctx, c.key(id))
	if _, err := pipe.Exec(ctx); err != nil {
		return 0, fmt.Errorf("expire %s: %w", id, err)
	}
	return left.Val(), nil
}
