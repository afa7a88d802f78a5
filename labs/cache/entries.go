package cache

import (
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/crashlab/crashlab/pkg/lab"
)

// entries is the cache: of each product a Redis hash with a time to live, the lease to fill it, and the newest version
// that anybody wrote or filled in. The version has no time to live, so that Redis evicts entries (volatile-lru) and not
// versions.
type entries struct {
	*redis.Client
	prefix string
	spread time.Duration // of the times to live
}

const (
	timeToLive    = time.Minute    // of an entry, on average
	maxSpread     = timeToLive / 5 // between the shortest and the longest life
	redisPatience = patience / 2   // of a reader, for an answer of Redis: past it the database has to do
)

var errMiss = errors.New("no such entry")

func (d design) entries(env *lab.Env, i *lab.Instance) entries {
	c := entries{Client: i.Redis(), prefix: env.Name("product:")}
	if d.jittered {
		c.spread = maxSpread
	}
	return c
}

// keys returns what Redis calls a product's entry, lease and version.
func (c entries) keys(id string) []string {
	return []string{c.prefix + id, c.prefix + id + ":lease", c.prefix + id + ":version"}
}

// get returns a product's entry, errMiss where there is none.
func (c entries) get(ctx context.Context, id string) (p product, err error) {
	ctx, cancel := context.WithTimeout(ctx, redisPatience)
	defer cancel()
	fields := c.HGetAll(ctx, c.keys(id)[0])
	if err = fields.Scan(&p); err == nil && len(fields.Val()) == 0 {
		err = errMiss
	}
	return p, err
}

// The scripts, and what they have in common.
const (
	fill = `
redis.call("HSET", KEYS[1], "id", ARGV[1], "value", ARGV[2], "version", ARGV[3], "delta", ARGV[4])
redis.call("PEXPIRE", KEYS[1], ARGV[5])
return 1`
	// What is newer stays: a slow reader's answer does not undo a write that overtook it.
	unlessNewer = `
if tonumber(redis.call("GET", KEYS[3]) or 0) > tonumber(ARGV[3]) then return 0 end
redis.call("SET", KEYS[3], ARGV[3])`
	drop = `
return redis.call("DEL", KEYS[1])`
)

var (
	fillAlways = redis.NewScript(fill)
	fillNewer  = redis.NewScript(unlessNewer + fill)
	dropAlways = redis.NewScript(drop)
	dropOlder  = redis.NewScript(unlessNewer + drop) // and what was loaded before can't be filled in any more
)

// put changes a product's entry by a script. What was filled together does not expire together: each product's time to
// live is another.
func (c entries) put(ctx context.Context, script *redis.Script, id string, p product, token string) error {
	life := timeToLive
	if c.spread > 0 {
		life += time.Duration(crc32.ChecksumIEEE([]byte(id)))*time.Millisecond%c.spread - c.spread/2
	}
	fields := []any{p.ID, p.Value, p.Version, p.Delta, life.Milliseconds(), token}
	if err := script.Run(ctx, c, c.keys(id), fields...).Err(); err != nil {
		return fmt.Errorf("change entry %s: %w", id, err)
	}
	return nil
}

// forget removes all that is known of products.
func (c entries) forget(ctx context.Context, ids ...string) error {
	var keys []string
	for _, id := range ids {
		keys = append(keys, c.keys(id)...)
	}
	if err := c.Del(ctx, keys...).Err(); err != nil {
		return fmt.Errorf("forget entries: %w", err)
	}
	return nil
}
