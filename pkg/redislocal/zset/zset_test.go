package zset

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/set"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/tx"
)

func started(t testing.TB) *probe.Probe {
	return probe.New(t, conn.Commands(), tx.Commands(), str.Commands(), set.Commands(), Commands())
}

func TestAdd(t *testing.T) {
	started(t).Wants(
		"ZADD z 1 a 2 b 3 c", "3",
		"ZADD z NX 5 a 4 d", "1",
		"ZADD z XX CH 5 a 4 e", "1",
		"ZADD z GT CH 1 a 9 b", "1",
		"ZADD z LT CH 1 a 19 b", "1",
		"ZADD z INCR 2 a", `"3"`,
		"ZADD z GT INCR -2 a", "nil",
		"ZADD z XX INCR 2 nope", "nil",
		"ZADD z INCR 2 a 3 b", "-ERR INCR option supports a single increment-element pair",
		"ZADD z NX XX 1 a", "-ERR XX and NX options at the same time are not compatible",
		"ZADD z GT LT 1 a", "-ERR GT, LT, and/or NX options at the same time are not compatible",
		"ZADD z 1 a 2", "-ERR syntax error",
		"ZADD z NX", "-ERR wrong number of arguments for 'zadd' command",
		"ZADD z nan a", "-ERR value is not a valid float",
		"ZADD z 1e400 a", "-ERR value is not a valid float",
		"ZADD z inf big", "1",
		"ZINCRBY z -inf big", "-ERR resulting score is not a number (NaN)",
		"ZINCRBY z 0.5 a", `"3.5"`,
		"ZRANGE z 0 -1 WITHSCORES", `["c" "3" "a" "3.5" "d" "4" "b" "9" "big" "inf"]`,
		"ZSCORE z nope", "nil",
		"ZMSCORE z a nope", `["3.5" nil]`,
		"ZREM z a nope", "1",
		"ZCARD z", "4",
		"SET s v", "+OK",
		"ZADD s 1 a", "-"+string(engine.ErrType),
	)
}

func TestRange(t *testing.T) {
	started(t).Wants(
		"ZADD z 1 a 2 b 3 c 4 d", "4",
		"ZRANGE z -2 -1", `["c" "d"]`,
		"ZRANGE z 0 1 REV", `["d" "c"]`,
		"ZREVRANGE z 0 1", `["d" "c"]`,
		"ZRANGE z -9223372036854775808 9223372036854775807", `["a" "b" "c" "d"]`,
		"ZRANGE z (1 3 BYSCORE", `["b" "c"]`,
		"ZRANGE z 3 (1 BYSCORE REV", `["c" "b"]`,
		"ZRANGEBYSCORE z -inf +inf LIMIT 1 2", `["b" "c"]`,
		"ZREVRANGEBYSCORE z +inf -inf LIMIT 1 2", `["c" "b"]`,
		"ZRANGEBYSCORE z -inf +inf LIMIT 9223372036854775807 9223372036854775807", "[]",
		"ZRANGEBYSCORE z -inf +inf LIMIT 1 9223372036854775807", `["b" "c" "d"]`,
		"ZRANGEBYSCORE z -inf +inf LIMIT -1 2", "[]",
		"ZRANGEBYSCORE z -inf +inf LIMIT 2 -1", `["c" "d"]`,
		"ZRANGE z 0 1 LIMIT 0 1",
		"-ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
		"ZRANGE z - + BYLEX WITHSCORES", "-ERR syntax error, WITHSCORES not supported in combination with BYLEX",
		"ZRANGE z x 1 BYSCORE", "-ERR min or max is not a float",
		"ZRANGE z x 1 BYLEX", "-ERR min or max not valid string range item",
		"ZRANGE z x 1", "-ERR value is not an integer or out of range",
		"ZCOUNT z (1 3", "2",
		"ZCOUNT z 3 1", "0",
		"ZRANK z c", "2",
		"ZREVRANK z c", "1",
		"ZRANK z c WITHSCORE", `[2 "3"]`,
		"ZRANK z x", "nil",
		"ZRANK z x WITHSCORE", "nil[]",
		"ZRANGESTORE d z 0 1 REV", "2",
		"ZRANGE d 0 -1 WITHSCORES", `["c" "3" "d" "4"]`,
		"ZRANGESTORE d nope 0 1", "0",
		"ZCARD d", "0",
		"ZREMRANGEBYRANK z 0 0", "1",
		"ZREMRANGEBYSCORE z (3 9", "1",
		"ZREMRANGEBYLEX z - (c", "1",
		"ZRANGE z 0 -1", `["c"]`,
	)
}

func TestLexicographicRange(t *testing.T) {
	started(t).Wants(
		"ZADD z 0 a 0 b 0 c 0 d 0 aa", "5",
		"ZRANGEBYLEX z - +", `["a" "aa" "b" "c" "d"]`,
		"ZRANGEBYLEX z + -", "[]",
		"ZRANGEBYLEX z (a [c", `["aa" "b" "c"]`,
		"ZREVRANGEBYLEX z (c [a", `["b" "aa" "a"]`,
		"ZRANGE z + - BYLEX REV LIMIT 1 2", `["c" "b"]`,
		"ZLEXCOUNT z [b (d", "2",
		"ZLEXCOUNT z b d", "-ERR min or max not valid string range item",
	)
}

func TestPop(t *testing.T) {
	started(t).Wants(
		"ZADD z 1 a 2 b 3 c 4 d 5 e 6 f", "6",
		"ZPOPMIN z", `["a" "1"]`,
		"ZPOPMAX z 2", `["f" "6" "e" "5"]`,
		"ZPOPMIN z 0", "[]",
		"ZPOPMIN z -1", "-ERR value is out of range, must be positive",
		"ZPOPMIN z 1 2", "-ERR syntax error",
		"ZMPOP 2 nope z MAX COUNT 2", `["z" [["d" "4"] ["c" "3"]]]`,
		"ZMPOP 1 z MIN COUNT 0", "-ERR count should be greater than 0",
		"ZMPOP 1 z UP", "-ERR syntax error",
		"BZPOPMIN nope z 0", `["z" "b" "2"]`,
		"ZMPOP 1 z MIN", "nil[]",
		"ZPOPMIN z 9223372036854775807", "[]",
	)
}

func TestShapesInRESP3(t *testing.T) {
	p := started(t)
	p.Do("HELLO 3")
	p.Wants(
		"ZADD z 1 a 2 b 3.5 c", "3",
		"ZRANGE z 0 1 WITHSCORES", `[["a" ,1] ["b" ,2]]`,
		"ZUNION 1 z WITHSCORES", `[["a" ,1] ["b" ,2] ["c" ,3.5]]`,
		"ZRANDMEMBER z 3 WITHSCORES", `[["a" ,1] ["b" ,2] ["c" ,3.5]]`,
		"ZSCORE z c", ",3.5",
		"ZINCRBY z 1 c", ",4.5",
		"ZSCAN z 0", `["0" ["c" "4.5" "b" "2" "a" "1"]]`,
		"ZPOPMIN z", `["a" ,1]`,
		"ZPOPMIN z 1", `[["b" ,2]]`,
		"BZPOPMAX z 0", `["z" "c" ,4.5]`,
		"ZPOPMIN z 1", "[]",
		"ZRANK z a WITHSCORE", "nil",
	)
}

func TestCombine(t *testing.T) {
	started(t).Wants(
		"ZADD a 1 x 2 y 3 w", "3",
		"ZADD b 10 y 20 w 30 v", "3",
		"SADD s y u", "2",
		"ZUNION 3 a b s WITHSCORES", `["u" "1" "x" "1" "y" "13" "w" "23" "v" "30"]`,
		"ZUNION 2 a b WEIGHTS 2 0.5 AGGREGATE MAX WITHSCORES", `["x" "2" "y" "5" "w" "10" "v" "15"]`,
		"ZUNION 2 a b WEIGHTS 2 x", "-ERR weight value is not a float",
		"ZUNION 2 a b AGGREGATE AVG", "-ERR syntax error",
		"ZUNION 0 a", "-ERR at least 1 input key is needed for 'zunion' command",
		"ZUNION 9223372036854775807 a", "-ERR syntax error",
		"ZINTER 2 a b AGGREGATE MIN WITHSCORES", `["y" "2" "w" "3"]`,
		"ZINTER 2 a nope", "[]",
		"ZDIFF 2 a s WITHSCORES", `["x" "1" "w" "3"]`,
		"ZDIFF 2 a b WEIGHTS 1 1", "-ERR syntax error",
		"ZINTERSTORE d 2 a s WEIGHTS 1 100", "1",
		"ZRANGE d 0 -1 WITHSCORES", `["y" "102"]`,
		"ZDIFFSTORE d 2 a a", "0",
		"ZUNIONSTORE d 1 a WITHSCORES", "-ERR syntax error",
		"ZINTERCARD 2 a b LIMIT 1", "1",
		"ZINTERCARD 2 a b LIMIT -1", "-ERR LIMIT can't be negative",
		"ZADD i inf m", "1",
		"ZADD j -inf m", "1",
		"ZUNION 2 i j WITHSCORES", `["m" "0"]`,
		"SET k v", "+OK",
		"ZUNION 2 a k", "-"+string(engine.ErrType),
	)
}

func TestRandom(t *testing.T) {
	started(t).Wants(
		"ZADD z 1 a", "1",
		"ZRANDMEMBER z", `"a"`,
		"ZRANDMEMBER z -2 WITHSCORES", `["a" "1" "a" "1"]`,
		"ZRANDMEMBER z -100000000", "-"+string(engine.ErrTooMany),
		"ZRANDMEMBER z -9223372036854775808",
		"-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
		"ZRANDMEMBER z -9223372036854775807 WITHSCORES", "-ERR value is out of range",
		"ZRANDMEMBER z 1 FOO", "-ERR syntax error",
		"ZRANDMEMBER nope 2", "[]",
	)
}

func TestABlockedClientIsServed(t *testing.T) {
	for wait, want := range map[string]string{
		"BZPOPMIN y z 0":             `["z" "a" "1"]`,
		"BZPOPMAX y z 0":             `["z" "b" "2"]`,
		"BZMPOP 0 2 y z MIN COUNT 3": `["z" [["a" "1"] ["b" "2"]]]`,
	} {
		p := started(t)
		other := p.Connect(t)
		p.Block(p.Client, wait)
		other.Wants("SET y v", "+OK", "ZADD z 1 a 2 b", "2")
		if got := p.Receive(); got != want {
			t.Errorf("%s: got %s, want %s", wait, got, want)
		}
	}
}

func TestEncoding(t *testing.T) {
	z := New(rand.New(rand.NewPCG(1, 1)))
	limits := engine.Limits{ZSetEntries: 128, ZSetValue: 64}
	for i := range limits.ZSetEntries {
		z.Set(fmt.Sprint(i), 1)
	}
	z.Fit(&limits)
	if got := z.Encoding(); got != "listpack" {
		t.Errorf("at the limit: %s", got)
	}
	long := New(rand.New(rand.NewPCG(1, 1)))
	long.Set(strings.Repeat("x", limits.ZSetValue+1), 1)
	z.Set("x", 1)
	z.Fit(&limits)
	long.Fit(&limits)
	if z.Encoding() != "skiplist" || long.Encoding() != "skiplist" {
		t.Errorf("above: %s, %s", z.Encoding(), long.Encoding())
	}
}

// TestSkipListAgainstASortedSlice does random things to both.
func TestSkipListAgainstASortedSlice(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	z := New(r)
	scores := map[string]float64{}
	for range 20_000 {
		member, score := fmt.Sprint(r.IntN(500)), float64(r.IntN(50))
		if r.IntN(3) == 0 {
			z.Remove(member)
			delete(scores, member)
		} else {
			z.Set(member, score)
			scores[member] = score
		}
	}
	var sorted []node
	for member, score := range scores {
		sorted = append(sorted, node{member: member, score: score})
	}
	slices.SortFunc(sorted, func(a, b node) int {
		if a.before(b.score, b.member) {
			return -1
		}
		return 1
	})
	if len(sorted) != z.Len() {
		t.Fatalf("%d members, want %d", z.Len(), len(sorted))
	}
	i := z.Len()
	z.Each(0, z.Len(), true, func(member string, _ float64) bool {
		i--
		n, _ := z.members.Get(member)
		if want := sorted[i]; member != want.member || n.score != want.score || z.rank(n) != i || z.order.at(i) != n {
			t.Errorf("rank %d: %s with %v, want %s with %v", i, member, n.score, want.member, want.score)
		}
		return true
	})
}
