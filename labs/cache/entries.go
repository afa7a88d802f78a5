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

// entries is the cache: one Redis hash a product, with a time to live.
type entries struct {
	*redis.Client
	prefix string
}

const (
	timeToLive    = time.Minute  // of an entry, on average
	redisPatience = patience / 2 // of a reader, for an answer of Redis: past it the database has to do
)

var errMiss = errors.New("no such entry")

func entriesOf(env *lab.Env, i *lab.Instance) entries {
	return entries{i.Redis(), env.Name("product:")}
}

// keys returns what Redis calls each product's entry, and the lease to fill it.
func (c entries) keys(ids ...string) (keys []string) {
	for _, id := range ids {
		keys = append(keys, c.prefix+id, c.prefix+id+":lease")
	}
	return keys
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

// fill is what the scripts that fill an entry have in common.
const fill = `
redis.call("HSET", KEYS[1], "value", ARGV[1], "version", ARGV[2], "delta", ARGV[3])
redis.call("PEXPIRE", KEYS[1], ARGV[4])
return 1`

var (
	putAlways = redis.NewScript(fill)
	// An entry that is newer stays: a slow reader's answer does not undo a write that overtook it.
	putNewer = redis.NewScript(`
local version = redis.call("HGET", KEYS[1], "version")
if version and tonumber(version) > tonumber(ARGV[2]) then return 0 end` + fill)
)

// put fills a product's entry by a script. What was filled together does not expire together: each product's time to
// live is another, from 90 to 110 % of the average.
func (c entries) put(ctx context.Context, script *redis.Script, id string, p product, token string) error {
	life := timeToLive * time.Duration(90+crc32.ChecksumIEEE([]byte(id))%21) / 100
	fields := []any{p.Value, p.Version, p.Delta, life.Milliseconds(), token}
	if err := script.Run(ctx, c, c.keys(id), fields...).Err(); err != nil {
		return fmt.Errorf("fill entry %s: %w", id, err)
	}
	return nil
}

// drop removes entries, and with them the leases to fill them.
func (c entries) drop(ctx context.Context, ids ...string) error {
	if err := c.Del(ctx, c.keys(ids...)...).Err(); err != nil {
		return fmt.Errorf("drop entries: %w", err)
	}
	return nil
}
