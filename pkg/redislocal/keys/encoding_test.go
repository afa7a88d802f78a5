package keys

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/config"
	"github.com/crashlab/crashlab/pkg/redislocal/hash"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/list"
	"github.com/crashlab/crashlab/pkg/redislocal/set"
	"github.com/crashlab/crashlab/pkg/redislocal/zset"
)

// Values follow the limits that CONFIG SET has set when they change, and not before.
func TestEncodingsFollowTheLimits(t *testing.T) {
	p := probe.New(t, Commands(nil), config.Commands(), hash.Commands(), list.Commands(), set.Commands(), zset.Commands())
	x10, x11, x4000 := strings.Repeat("x", 10), strings.Repeat("x", 11), strings.Repeat("x", 4000)
	for _, tt := range []struct{ line, encoding string }{
		{"HSET h a 1 b 2 c 3", "listpack"},
		{"CONFIG SET hash-max-listpack-entries 2", "listpack"},
		{"HDEL h a", "listpack"},
		{"HSET h a 1", "hashtable"},
		{"HDEL h a", "hashtable"},
		{"HSET h2 a 1 b 2", "listpack"},
		{"CONFIG SET hash-max-ziplist-value 10", "listpack"},
		{"HSET h2 a " + x10, "listpack"},
		{"HSET h2 a " + x11, "hashtable"},
		{"COPY h2 h3", "hashtable"},

		{"SADD s 1 2 3", "intset"},
		{"CONFIG SET set-max-intset-entries 2 set-max-listpack-entries 4 set-max-listpack-value 10", "intset"},
		{"SADD s 1", "intset"},
		{"SADD s 4", "hashtable"},
		{"SADD s2 1 2 3", "listpack"},
		{"SADD s3 1 2", "intset"},
		{"SADD s3 a", "listpack"},
		{"SADD s3 " + x10, "listpack"},
		{"SADD s3 b", "hashtable"},
		{"SADD s4 " + x11, "hashtable"},

		{"ZADD z 1 a 2 b 3 c", "listpack"},
		{"CONFIG SET zset-max-listpack-entries 2", "listpack"},
		{"ZADD z 5 a", "listpack"},
		{"ZADD z 4 d", "skiplist"},
		{"ZADD z2 1 a 2 b", "listpack"},
		{"CONFIG SET zset-max-listpack-value 10", "listpack"},
		{"ZADD z3 1 " + x11, "skiplist"},

		{"RPUSH l " + x4000 + " a", "listpack"},
		{"RPUSH l " + x4000 + " " + x4000, "quicklist"},
		{"CONFIG SET list-max-listpack-size -4", "quicklist"},
		{"RPUSH k " + strings.Repeat(x4000+" ", 8), "listpack"},
		{"RPUSH k " + x4000, "quicklist"},
		{"CONFIG SET list-max-listpack-size 3", "listpack"},
		{"RPUSH m a b c", "listpack"},
		{"RPUSH m d", "quicklist"},
		{"LPOP m 3", "listpack"},
	} {
		fields := strings.Fields(tt.line)
		if got := p.Do(tt.line); strings.HasPrefix(got, "-") {
			t.Fatalf("%s: %s", tt.line, got)
		}
		if fields[0] != "CONFIG" {
			key := fields[1]
			if fields[0] == "COPY" {
				key = fields[2]
			}
			if got := p.Do("OBJECT ENCODING " + key); got != `"`+tt.encoding+`"` {
				t.Errorf("%.40s: %s, want %s", tt.line, got, tt.encoding)
			}
		}
	}
	p.Wants("CONFIG GET hash-max-*-value", `["hash-max-listpack-value" "10" "hash-max-ziplist-value" "10"]`)
}

// The members of an intset come in ascending order.
func TestIntsetOrder(t *testing.T) {
	p := probe.New(t, Commands(nil), set.Commands())
	p.Wants(
		"SADD s 3 -10 200 1 20 -9223372036854775808", "6",
		"SMEMBERS s", `["-9223372036854775808" "-10" "1" "3" "20" "200"]`,
		"SSCAN s 0 MATCH *0*", `["0" ["-9223372036854775808" "-10" "20" "200"]]`,
		"SREM s -10", "1",
		"SUNION s", `["-9223372036854775808" "1" "3" "20" "200"]`,
		"SINTER s s", `["-9223372036854775808" "1" "3" "20" "200"]`,
		"SORT s BY none", `["-9223372036854775808" "1" "3" "20" "200"]`,
		"SRANDMEMBER s 9", `["-9223372036854775808" "1" "3" "20" "200"]`,
		"SADD s b 2", "2",
	)
}
