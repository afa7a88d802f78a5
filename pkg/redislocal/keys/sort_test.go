package keys

import (
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/hash"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/list"
	"github.com/crashlab/crashlab/pkg/redislocal/set"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/zset"
)

func withTypes(t testing.TB) *probe.Probe {
	loaders := map[string]dump.Loader{
		"string": str.Load, "list": list.Load, "hash": hash.Load, "set": set.Load, "zset": zset.Load,
	}
	return probe.New(t, str.Commands(), list.Commands(), hash.Commands(), set.Commands(), zset.Commands(),
		Commands(loaders))
}

func TestSort(t *testing.T) {
	p := withTypes(t)
	p.Wants(
		"RPUSH l 3 10 1 2", "4",
		"SORT l", `["1" "2" "3" "10"]`,
		"SORT l DESC", `["10" "3" "2" "1"]`,
		"SORT l ALPHA", `["1" "10" "2" "3"]`,
		"SORT l LIMIT 1 2", `["2" "3"]`,
		"SORT l LIMIT 2 -1", `["3" "10"]`,
		"SORT l LIMIT 9223372036854775807 9223372036854775807", "[]",
		"SORT l LIMIT -5 1", `["1"]`,
		"SORT l BY nosort", `["3" "10" "1" "2"]`,
		"SORT l BY nosort DESC LIMIT 0 2", `["2" "1"]`,
		"MSET w_1 4 w_2 3 w_3 2 w_10 1", "+OK",
		"SORT l BY w_*", `["10" "3" "2" "1"]`,
		"DEL w_10", "1",
		"SORT l BY w_* GET # GET w_*", `["10" nil "3" "2" "2" "3" "1" "4"]`,
		"HSET o_1 name one rank 2", "2",
		"HSET o_2 name two rank 1", "2",
		"SORT l BY o_*->rank DESC LIMIT 0 2 GET o_*->name GET fixed", `["one" nil "two" nil]`,
		"SORT l BY o_*->rank GET o_*-> LIMIT 0 1", "[nil]",
		"SORT l GET o_*->name STORE to", "4",
		"LRANGE to 0 -1", `["one" "two" "" ""]`,
		"SORT none STORE to", "0",
		"EXISTS to", "0",
		"SORT none", "[]",
		"SADD s b c a", "3",
		"SORT s", "-ERR One or more scores can't be converted into double",
		"SORT s ALPHA", `["a" "b" "c"]`,
		"SORT s BY nosort STORE to", "3",
		"LRANGE to 0 -1", `["a" "b" "c"]`,
		"ZADD z 1 y 2 x", "2",
		"SORT z BY nosort", `["y" "x"]`,
		"SORT z BY nosort DESC", `["x" "y"]`,
		"SORT_RO z ALPHA", `["x" "y"]`,
		"SORT_RO z STORE to", "-ERR syntax error",
		"SORT l LIMIT 0", "-ERR syntax error",
		"SORT l LIMIT x 1", "-ERR value is not an integer or out of range",
		"SORT l WHAT", "-ERR syntax error",
		"SORT w_1", "-WRONGTYPE Operation against a key holding the wrong kind of value",
		"SORT o_1", "-WRONGTYPE Operation against a key holding the wrong kind of value",
		"SORT l BY o_*", `["1" "10" "2" "3"]`,
	)
}

// What the other end of a client makes of a large sort is bounded: elements times patterns.
func TestSortIsBounded(t *testing.T) {
	p := withTypes(t)
	args := []string{"RPUSH", "l"}
	for range 2000 {
		args = append(args, "1")
	}
	p.Send(args...)
	args = []string{"SORT", "l"}
	for range 1000 {
		args = append(args, "GET", "#")
	}
	if got := p.Send(args...); got != "-ERR the reply would have more elements than this server sends (1000000)" {
		t.Errorf("%.100s", got)
	}
}

func TestRestoreOfEachType(t *testing.T) {
	p := withTypes(t)
	p.Wants("SET a v", "+OK", "RPUSH b x y x", "3", "SADD c 1 2", "2", "ZADD d -inf x 1.5 y", "2", "HSET e f v", "1",
		"HPEXPIRE e 5000 FIELDS 1 f", "[1]")
	for _, test := range []struct{ key, line, want string }{
		{"a", "GET", `"v"`}, {"b", "LRANGE to 0 -1", `["x" "y" "x"]`}, {"c", "SMEMBERS", `["1" "2"]`},
		{"d", "ZRANGE to 0 -1 WITHSCORES", `["x" "-inf" "y" "1.5"]`}, {"e", "HPTTL to FIELDS 1 f", "[5000]"},
	} {
		var payload string
		p.Engine.Exclusive(func() { payload = string(dump.Encode(p.Engine.DB(0).Entry(test.key).Value.(dump.Value))) })
		if got := p.Send("RESTORE", "to", "0", payload, "REPLACE"); got != "+OK" {
			t.Errorf("%s: %s", test.key, got)
		}
		line := test.line
		if line == "GET" || line == "SMEMBERS" {
			line += " to"
		}
		p.Wants(line, test.want)
	}
}
