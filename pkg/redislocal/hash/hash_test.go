package hash

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/pubsub"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

func started(t *testing.T) *probe.Probe {
	return probe.New(t, Commands(), conn.Commands(), pubsub.Commands(), str.Commands())
}

func TestFields(t *testing.T) {
	started(t).Wants(
		"HSET h a 1 b 2", "2",
		"HSET h a 3 c 4", "1",
		"HSET h a", "-ERR wrong number of arguments for 'hset' command",
		"HSET h a 1 b", "-ERR wrong number of arguments for 'hset' command",
		"HMSET h a 1 b", "-ERR wrong number of arguments for 'hmset' command",
		"HMSET h a 5", "+OK",
		"HSETNX h a 9", "0",
		"HSETNX h d 9", "1",
		"HGET h a", `"5"`,
		"HGET h no", "nil",
		"HGET no a", "nil",
		"HMGET h a no b", `["5" nil "2"]`,
		"HMGET no a b", `[nil nil]`,
		"HGETALL h", `["a" "5" "b" "2" "c" "4" "d" "9"]`,
		"HKEYS h", `["a" "b" "c" "d"]`,
		"HVALS h", `["5" "2" "4" "9"]`,
		"HGETALL no", "[]",
		"HKEYS no", "[]",
		"HLEN h", "4",
		"HLEN no", "0",
		"HEXISTS h a", "1",
		"HEXISTS h no", "0",
		"HSTRLEN h a", "1",
		"HSTRLEN h no", "0",
		"HDEL h a no b", "2",
		"HDEL no a", "0",
		"HDEL h c d", "2",
		"HLEN h", "0",
		"SET s v", "+OK",
		"HSET s a 1", "-WRONGTYPE Operation against a key holding the wrong kind of value",
		"HGETALL s", "-WRONGTYPE Operation against a key holding the wrong kind of value",
		"HDEL s a", "-WRONGTYPE Operation against a key holding the wrong kind of value",
		"HEXPIRE s 1 FIELDS 1 a", "-WRONGTYPE Operation against a key holding the wrong kind of value",
	)
}

func TestAMapInRESP3(t *testing.T) {
	p := started(t)
	p.Do("HELLO 3")
	p.Wants(
		"HSET h a 1", "1",
		"HGETALL h", `{"a": "1"}`,
		"HGETALL no", `{}`,
		"HGET h no", "nil",
		"HRANDFIELD h 1 WITHVALUES", `[["a" "1"]]`,
		"HRANDFIELD h -2 WITHVALUES", `[["a" "1"] ["a" "1"]]`,
	)
}

func TestIncrements(t *testing.T) {
	started(t).Wants(
		"HINCRBY h n 5", "5",
		"HINCRBY h n -8", "-3",
		"HINCRBY h n x", "-ERR value is not an integer or out of range",
		"HSET h n 9223372036854775807 s text", "1",
		"HINCRBY h n 1", "-ERR increment or decrement would overflow",
		"HINCRBY h s 1", "-ERR hash value is not an integer",
		"HSET h n -9223372036854775808", "0",
		"HINCRBY h n -1", "-ERR increment or decrement would overflow",
		"HINCRBY h n 9223372036854775807", "-1",
		"HINCRBYFLOAT h f 10.5", `"10.5"`,
		"HINCRBYFLOAT h f 0.1", `"10.6"`,
		"HINCRBYFLOAT h f -10.6", `"0"`,
		"HINCRBYFLOAT h f 5.0e3", `"5000"`,
		"HINCRBYFLOAT h g 0.1", `"0.1"`,
		"HINCRBYFLOAT h g 0.2", `"0.3"`,
		"HINCRBYFLOAT h g x", "-ERR value is not a valid float",
		"HINCRBYFLOAT h g inf", "-ERR value is NaN or Infinity",
		"HINCRBYFLOAT h s 1", "-ERR hash value is not a float",
	)
}

func TestRandomFields(t *testing.T) {
	p := started(t)
	p.Wants(
		"HRANDFIELD h", "nil",
		"HRANDFIELD h 3", "[]",
		"HSET h a 1", "1",
		"HRANDFIELD h", `"a"`,
		"HRANDFIELD h 0", "[]",
		"HRANDFIELD h 5", `["a"]`,
		"HRANDFIELD h -3", `["a" "a" "a"]`,
		"HRANDFIELD h 1 WITHVALUES", `["a" "1"]`,
		"HRANDFIELD h 1 NO", "-ERR syntax error",
		"HRANDFIELD h x", "-ERR value is not an integer or out of range",
		"HRANDFIELD h -100000000", "-ERR the reply would have more elements than this server sends (1000000)",
		"HRANDFIELD h -9223372036854775808",
		"-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
		"HRANDFIELD h -9223372036854775807 WITHVALUES", "-ERR value is out of range",
	)
	p.Do("HSET h b 2 c 3 d 4 e 5")
	for range 20 {
		got := strings.Fields(strings.Trim(p.Do("HRANDFIELD h 3"), "[]"))
		seen := map[string]bool{}
		for _, name := range got {
			seen[name] = true
		}
		if len(got) != 3 || len(seen) != 3 {
			t.Fatalf("3 different fields: got %v", got)
		}
	}
}

func TestScan(t *testing.T) {
	p := started(t)
	p.Wants(
		"HSCAN no 0", `["0" []]`,
		"HSET h a 1 b 2", "2",
		"HSCAN h 0", `["0" ["a" "1" "b" "2"]]`,
		"HSCAN h 0 MATCH a*", `["0" ["a" "1"]]`,
		"HSCAN h 0 MATCH a* NOVALUES", `["0" ["a"]]`,
		`HSCAN h 0 MATCH "\xff*"`, `["0" []]`,
		`HSCAN h 0 MATCH ""`, `["0" []]`,
		"HSCAN h x", "-ERR invalid cursor",
		"HSCAN h 0 COUNT 0", "-ERR syntax error",
		"HSCAN h 0 COUNT x", "-ERR value is not an integer or out of range",
		"HSCAN h 0 MATCH", "-ERR syntax error",
		"HSCAN h 0 NO", "-ERR syntax error",
		`HSET h "\xff1" 3`, "1",
		`HSCAN h 0 MATCH "\xff*"`, `["0" ["\xff1" "3"]]`,
	)
	for i := range 600 {
		p.Send("HSET", "big", strings.Repeat("x", i+1), "v")
	}
	if got := p.Do("HSCAN big 0 COUNT 1 NOVALUES"); !strings.HasPrefix(got, `["599" [`) {
		t.Errorf("the first element and a cursor: got %.40s", got)
	}
	p.Wants("HLEN big", "600")
}

func TestEncoding(t *testing.T) {
	limits := engine.Limits{HashEntries: 512, HashValue: 64}
	h := New()
	h.Set("a", "1")
	h.Fit(&limits)
	if h.Encoding() != "listpack" {
		t.Error(h.Encoding())
	}
	h.setExpire("a", 5)
	if h.Encoding() != "listpackex" {
		t.Error(h.Encoding())
	}
	copied := h.Copy().(*Hash)
	h.Set("a", strings.Repeat("x", 65))
	h.Fit(&limits)
	h.Set("a", "1")
	h.Fit(&limits)
	if h.Encoding() != "hashtable" || copied.Encoding() != "listpackex" {
		t.Error(h.Encoding(), copied.Encoding())
	}
	if next, last := copied.Due(); next != 5 || last != 5 {
		t.Error("the copy keeps the times to live:", next, last)
	}
	if next, last := h.Due(); next != 0 || last != 0 {
		t.Error("a field that is set anew has none:", next, last)
	}
	h.Delete("a")
	if h.Size() != 0 {
		t.Error("the size of an empty hash:", h.Size())
	}
}
