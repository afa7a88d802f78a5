package list

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/tx"
)

func started(t testing.TB) *probe.Probe {
	return probe.New(t, conn.Commands(), tx.Commands(), str.Commands(), Commands())
}

func TestPushAndRange(t *testing.T) {
	started(t).Wants(
		"RPUSH l a b c", "3",
		"LPUSH l z y", "5",
		"LPUSHX nope a", "0",
		"RPUSHX l d", "6",
		"LRANGE l 0 -1", `["y" "z" "a" "b" "c" "d"]`,
		"LRANGE l -3 -2", `["b" "c"]`,
		"LRANGE l -9223372036854775808 9223372036854775807", `["y" "z" "a" "b" "c" "d"]`,
		"LRANGE l 5 1", "[]",
		"LRANGE l a 1", "-ERR value is not an integer or out of range",
		"LRANGE nope 0 -1", "[]",
		"LLEN l", "6",
		"LINDEX l -1", `"d"`,
		"LINDEX l 6", "nil",
		"LINDEX l -9223372036854775808", "nil",
		"SET s v", "+OK",
		"LPUSH s a", "-"+string(engine.ErrType),
		"LLEN s", "-"+string(engine.ErrType),
	)
}

func TestPop(t *testing.T) {
	started(t).Wants(
		"RPUSH l 1 2 3 4 5 6 7", "7",
		"LPOP l", `"1"`,
		"RPOP l", `"7"`,
		"LPOP l 2", `["2" "3"]`,
		"RPOP l 2", `["6" "5"]`,
		"LPOP l 0", "[]",
		"LPOP l -1", "-ERR value is out of range, must be positive",
		"LPOP l 1 2", "-ERR wrong number of arguments for 'lpop' command",
		"LPOP l 9223372036854775807", `["4"]`,
		"LPOP l", "nil",
		"LPOP l 3", "nil[]",
	)
}

func TestEdit(t *testing.T) {
	started(t).Wants(
		"RPUSH l a b c a b c", "6",
		"LSET l -1 z", "+OK",
		"LSET l 6 z", "-ERR index out of range",
		"LSET nope 0 z", "-ERR no such key",
		"LINSERT l BEFORE b X", "7",
		"LINSERT l after b Y", "8",
		"LINSERT l after nope Y", "-1",
		"LINSERT nope after a Y", "0",
		"LINSERT l near a Y", "-ERR syntax error",
		"LRANGE l 0 -1", `["a" "X" "b" "Y" "c" "a" "b" "z"]`,
		"LREM l -1 a", "1",
		"LREM l 5 b", "2",
		"LREM l -9223372036854775808 a",
		"-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
		"LRANGE l 0 -1", `["a" "X" "Y" "c" "z"]`,
		"LTRIM l 1 -2", "+OK",
		"LRANGE l 0 -1", `["X" "Y" "c"]`,
		"LTRIM l 3 9", "+OK",
		"LLEN l", "0",
	)
}

func TestPos(t *testing.T) {
	started(t).Wants(
		"RPUSH l a b c 1 2 3 c c", "8",
		"LPOS l c", "2",
		"LPOS l c RANK -1", "7",
		"LPOS l c RANK -2 COUNT 0", "[6 2]",
		"LPOS l c COUNT 2", "[2 6]",
		"LPOS l c MAXLEN 2", "nil",
		"LPOS l c COUNT 0 MAXLEN 7", "[2 6]",
		"LPOS l c RANK 0", "-ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... "+
			"or use negative to start from the end of the list",
		"LPOS l c RANK -9223372036854775808",
		"-ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807",
		"LPOS l c COUNT -1", "-ERR COUNT can't be negative",
		"LPOS l c MAXLEN -1", "-ERR MAXLEN can't be negative",
		"LPOS l c RANK", "-ERR syntax error",
		"LPOS nope c COUNT 1", "[]",
	)
}

func TestMove(t *testing.T) {
	started(t).Wants(
		"RPUSH a 1 2 3", "3",
		"LMOVE a a LEFT RIGHT", `"1"`,
		"LMOVE a b right left", `"1"`,
		"RPOPLPUSH a b", `"3"`,
		"RPOPLPUSH a b", `"2"`,
		"RPOPLPUSH a b", "nil",
		"LRANGE b 0 -1", `["2" "3" "1"]`,
		"LMOVE a b UP left", "-ERR syntax error",
		"LMPOP 2 a b LEFT COUNT 2", `["b" ["2" "3"]]`,
		"LMPOP 1 b RIGHT", `["b" ["1"]]`,
		"LMPOP 1 b RIGHT", "nil[]",
		"LMPOP 0 b RIGHT", "-ERR numkeys should be greater than 0",
		"LMPOP 9223372036854775807 b RIGHT", "-ERR syntax error",
		"LMPOP 1 b RIGHT COUNT 0", "-ERR count should be greater than 0",
		"SET s v", "+OK",
		"RPUSH a 1", "1",
		"LMOVE a s LEFT LEFT", "-"+string(engine.ErrType),
		"LLEN a", "1",
	)
}

func TestEncoding(t *testing.T) {
	limits := engine.Limits{List: -2}
	l := New()
	big := strings.Repeat("x", 2<<10)
	for range 4 {
		l.Push(big)
	}
	l.Fit(&limits)
	if got := l.Encoding(); got != "quicklist" {
		t.Errorf("large: %s", got)
	}
	for range 3 {
		l.pop(left)
	}
	l.Fit(&limits)
	if got := l.Encoding(); got != "listpack" {
		t.Errorf("small again: %s", got)
	}
}
