package set

import (
	"strconv"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

func started(t testing.TB) *probe.Probe {
	return probe.New(t, conn.Commands(), str.Commands(), Commands())
}

func TestMembers(t *testing.T) {
	started(t).Wants(
		"SADD s a b c a", "3",
		"SADD s a", "0",
		"SREM s a zz", "1",
		"SCARD s", "2",
		"SISMEMBER s b", "1",
		"SMISMEMBER s b x c", "[1 0 1]",
		"SMEMBERS s", `["c" "b"]`,
		"SMOVE s t b", "1",
		"SMOVE s t b", "0",
		"SMOVE s s c", "1",
		"SMOVE s t c", "1",
		"SMEMBERS s", "[]",
		"SET k v", "+OK",
		"SADD k a", "-"+string(engine.ErrType),
		"SMOVE t k b", "-"+string(engine.ErrType),
		"SMOVE nope k b", "0",
		"SCARD t", "2",
	)
}

func TestShapesInRESP3(t *testing.T) {
	p := started(t)
	p.Do("HELLO 3")
	p.Wants(
		"SADD s a", "1",
		"SMEMBERS s", `~["a"]`,
		"SINTER s s", `~["a"]`,
		"SUNION s nope", `~["a"]`,
		"SDIFF s nope", `~["a"]`,
		"SRANDMEMBER s 1", `["a"]`,
		"SRANDMEMBER nope", "nil",
		"SRANDMEMBER nope 2", "[]",
		"SPOP s 5", `~["a"]`,
		"SPOP s 5", "~[]",
		"SPOP s", "nil",
	)
}

func TestRandom(t *testing.T) {
	p := started(t)
	p.Wants(
		"SADD s a", "1",
		"SRANDMEMBER s -3", `["a" "a" "a"]`,
		"SRANDMEMBER s 3", `["a"]`,
		"SRANDMEMBER s 0", "[]",
		"SRANDMEMBER s -100000000", "-"+string(engine.ErrTooMany),
		"SRANDMEMBER s -9223372036854775808",
		"-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
		"SRANDMEMBER s 1 2", "-ERR syntax error",
		"SPOP s -1", "-ERR value is out of range, must be positive",
		"SPOP s 0", "[]",
		"SPOP s", `"a"`,
		"SPOP s", "nil",
	)
	p.Do("SADD s " + numbers(100))
	if got := len(strings.Fields(p.Do("SRANDMEMBER s 30"))); got != 30 {
		t.Errorf("SRANDMEMBER 30: %d", got)
	}
	p.Do("SPOP s 30")
	p.Wants("SCARD s", "70")
}

func TestARepeatedLargeMemberHasALimit(t *testing.T) {
	p := started(t)
	p.Do("SADD s " + strings.Repeat("x", 1<<20))
	if got := p.Do("SRANDMEMBER s -100000"); !strings.HasPrefix(got, "-ERR the reply would be larger") {
		t.Errorf("got %.100s", got)
	}
}

func TestCombine(t *testing.T) {
	started(t).Wants(
		"SADD a 1 2 3 4", "4",
		"SADD b 3 4 5", "3",
		"SINTER a b", `["3" "4"]`,
		"SINTER a nope", "[]",
		"SUNION nope b", `["3" "4" "5"]`,
		"SDIFF a b", `["1" "2"]`,
		"SINTERSTORE d a b", "2",
		"SDIFFSTORE a a b", "2",
		"SMEMBERS a", `["1" "2"]`,
		"SINTERSTORE d a b", "0",
		"SCARD d", "0",
		"SINTERCARD 2 b b", "3",
		"SINTERCARD 2 b b LIMIT 2", "2",
		"SINTERCARD 2 b b LIMIT 0", "3",
		"SINTERCARD 2 b b LIMIT -1", "-ERR LIMIT can't be negative",
		"SINTERCARD 9223372036854775807 b", "-ERR Number of keys can't be greater than number of args",
		"SINTERCARD 0 b", "-ERR numkeys should be greater than 0",
		"SET k v", "+OK",
		"SINTER nope k", "-"+string(engine.ErrType),
		"SUNIONSTORE k b", "3",
	)
}

func TestScan(t *testing.T) {
	p := started(t)
	p.Do("SADD s " + numbers(1000))
	seen := map[string]bool{}
	cursor := "0"
	for first := true; first || cursor != "0"; first = false {
		words := strings.Fields(strings.NewReplacer("[", "", "]", "", `"`, "").Replace(p.Do("SSCAN s " + cursor)))
		cursor = words[0]
		for _, word := range words[1:] {
			seen[word] = true
		}
	}
	if len(seen) != 1000 {
		t.Errorf("saw %d of 1000", len(seen))
	}
	p.Wants(
		"SSCAN s x", "-ERR invalid cursor",
		"SSCAN s 0 COUNT 0", "-ERR syntax error",
		`SADD t "\xff\x01" a`, "2",
		`SSCAN t 0 MATCH "\xff*"`, `["0" ["\xff\x01"]]`,
	)
}

func TestEncoding(t *testing.T) {
	for _, c := range []struct {
		n    int
		more []string
		want string
	}{
		{n: 512, want: "intset"},
		{n: 513, want: "hashtable"},
		{n: 127, more: []string{"a"}, want: "listpack"},
		{n: 128, more: []string{"a"}, want: "hashtable"},
		{n: 1, more: []string{strings.Repeat("x", 64)}, want: "listpack"},
		{n: 1, more: []string{strings.Repeat("x", 65)}, want: "hashtable"},
	} {
		s := New()
		for i := range c.n {
			s.Add(strconv.Itoa(i))
		}
		for _, member := range c.more {
			s.Add(member)
		}
		s.Fit(&engine.Limits{SetIntegers: 512, SetEntries: 128, SetValue: 64})
		if got := s.Encoding(); got != c.want {
			t.Errorf("%d integers and %d more: %s, want %s", c.n, len(c.more), got, c.want)
		}
	}
}

func numbers(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strconv.Itoa(i) + " ")
	}
	return b.String()
}
