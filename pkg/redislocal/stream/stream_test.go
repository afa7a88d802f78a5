package stream

import (
	"fmt"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/tx"
)

func started(t *testing.T) *probe.Probe {
	return probe.New(t, Commands(), conn.Commands(), str.Commands(), tx.Commands())
}

func TestAdd(t *testing.T) {
	p := started(t)
	p.Wants(
		"XADD s 1-1 a 1", `"1-1"`,
		"XADD s 1-1 a 1", "-ERR The ID specified in XADD is equal or smaller than the target stream top item",
		"XADD s 0-0 a 1", "-ERR The ID specified in XADD must be greater than 0-0",
		"XADD s 1-* b 2", `"1-2"`,
		"XADD s 1 b 2", "-ERR The ID specified in XADD is equal or smaller than the target stream top item",
		"XADD s 2-x b 2", "-ERR Invalid stream ID specified as stream command argument",
		"XADD s 3-0 b", "-ERR wrong number of arguments for 'xadd' command",
		"XADD s NOMKSTREAM 3-0 c 3", `"3-0"`,
		"XADD no NOMKSTREAM 3-0 c 3", "nil",
		"XLEN no", "0",
		"XADD s MAXLEN -1 * a 1", "-ERR The MAXLEN argument must be >= 0.",
		"XADD s MAXLEN = 2 KEEPREF 4-0 e 5", `"4-0"`,
		"XLEN s", "2",
		"XADD s 18446744073709551615-18446744073709551615 a 1", `"18446744073709551615-18446744073709551615"`,
		"XADD s * a 1", "-ERR The stream has exhausted the last possible ID, unable to add more items",
		"XADD z 0-* a 1", `"0-1"`,
		"XADD z 5-18446744073709551615 a 1", `"5-18446744073709551615"`,
		"XADD z 5-* a 1", "-ERR The ID specified in XADD is equal or smaller than the target stream top item",
		"SET t v", "+OK",
		"XADD t * a 1", "-WRONGTYPE Operation against a key holding the wrong kind of value",
	)
	want := fmt.Sprintf(`"%d-0"`, p.Clock.Now().UnixMilli())
	p.Wants("XADD n * a 1", want, "XADD n * a 1", fmt.Sprintf(`"%d-1"`, p.Clock.Now().UnixMilli()))
}

func TestRanges(t *testing.T) {
	started(t).Wants(
		"XADD s 1-1 a 1", `"1-1"`,
		"XADD s 1-2 b 2", `"1-2"`,
		"XADD s 2-0 c 3", `"2-0"`,
		"XRANGE s - +", `[["1-1" ["a" "1"]] ["1-2" ["b" "2"]] ["2-0" ["c" "3"]]]`,
		"XRANGE s (1-1 (2-0", `[["1-2" ["b" "2"]]]`,
		"XRANGE s 1 1", `[["1-1" ["a" "1"]] ["1-2" ["b" "2"]]]`,
		"XREVRANGE s + - COUNT 1", `[["2-0" ["c" "3"]]]`,
		"XRANGE s + -", "[]",
		"XRANGE s - + COUNT 0", "nil[]",
		"XRANGE no - + COUNT 0", "[]",
		"XRANGE s - (0-0", "-ERR invalid end ID for the interval",
		"XRANGE s (18446744073709551615-18446744073709551615 +", "-ERR invalid start ID for the interval",
		"XREVRANGE s 2 1 COUNT x", "-ERR value is not an integer or out of range",
	)
}

func TestTrimming(t *testing.T) {
	p := started(t)
	for i := range 350 {
		p.Do(fmt.Sprintf("XADD s %d f v", i+1))
	}
	p.Wants(
		"XTRIM x MAXLEN -1", "-ERR The MAXLEN argument must be >= 0.",
		"XTRIM s LIMIT 0", "-ERR syntax error, XTRIM must be called with a trimming strategy",
		"XTRIM s LIMIT 1", "-ERR syntax error, LIMIT cannot be used without specifying a trimming strategy",
		"XTRIM s MAXLEN 1 LIMIT 1", "-ERR syntax error, LIMIT cannot be used without the special ~ option",
		"XTRIM s MAXLEN 1 MINID 1",
		"-ERR syntax error, MAXLEN and MINID options at the same time are not compatible",
		"XTRIM s MAXLEN ~ 1 LIMIT -1", "-ERR The LIMIT argument must be >= 0.",
		"XTRIM s MAXLEN 1 KEEPREF ACKED", "-ERR syntax error",
		"XTRIM s MAXLEN ~ 300", "0",
		"XTRIM s MAXLEN ~ 250", "100",
		"XTRIM s MAXLEN 201", "49",
		"XTRIM s MAXLEN ~ 150", "51",
		"XTRIM s MINID ~ 205", "0",
		"XTRIM s MINID 205", "4",
		"XTRIM s MAXLEN ~ 0 LIMIT 10", "0",
		"XTRIM s MAXLEN ~ 0 LIMIT 100", "96",
		"XTRIM s MAXLEN 0", "50",
		"XLEN s", "0",
	)
}

func TestReferences(t *testing.T) {
	p := started(t)
	for i := range 6 {
		p.Do(fmt.Sprintf("XADD s %d f v", i+1))
	}
	p.Wants("XGROUP CREATE s g 0", "+OK", "XGROUP CREATE s h 0", "+OK")
	p.Do("XREADGROUP GROUP g c COUNT 5 STREAMS s >")
	p.Do("XREADGROUP GROUP h c COUNT 5 STREAMS s >")
	p.Wants(
		"XDELEX s ACKED IDS 3 1 6 9", "[2 2 -1]",
		"XACKDEL s g ACKED IDS 2 1 9", "[2 -1]",
		"XACKDEL s h ACKED IDS 1 1", "[1]",
		"XACKDEL s g DELREF IDS 1 2", "[1]",
		"XDELEX s KEEPREF IDS 1 3", "[1]",
		"XDELEX s DELREF IDS 1 3", "[-1]",
		"XPENDING s g", `[2 "4-0" "5-0" [["c" "2"]]]`,
		"XPENDING s h", `[2 "4-0" "5-0" [["c" "2"]]]`,
		"XTRIM s MAXLEN 0 ACKED", "0",
		"XTRIM s MAXLEN 2 DELREF", "1",
		"XPENDING s h", `[1 "5-0" "5-0" [["c" "1"]]]`,
		"XDELEX no IDS 2 1 2", "[-1 -1]",
		"XACKDEL s no IDS 2 1 2", "[-1 -1]",
		"XDELEX s IDS 2 1", "-ERR The `numids` parameter must match the number of arguments",
		"XDELEX s IDS 0 1", "-ERR Number of IDs must be a positive integer",
		"XDELEX s NO 1 1", "-ERR syntax error",
	)
}

func TestSetID(t *testing.T) {
	started(t).Wants(
		"XSETID s 1-1", "-ERR no such key",
		"XADD s 5-0 a 1", `"5-0"`,
		"XSETID s 4-0", "-ERR The ID specified in XSETID is smaller than the target stream top item",
		"XSETID s 5-0 ENTRIESADDED 0",
		"-ERR The entries_added specified in XSETID is smaller than the target stream length",
		"XSETID s 5-0 MAXDELETEDID 6-0",
		"-ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id",
		"XSETID s 7-0 ENTRIESADDED 9 MAXDELETEDID 6-0", "+OK",
		"XINFO STREAM s", `["length" 1 "radix-tree-keys" 1 "radix-tree-nodes" 2 "last-generated-id" "7-0" `+
			`"max-deleted-entry-id" "6-0" "entries-added" 9 "recorded-first-entry-id" "5-0" "groups" 0 `+
			`"first-entry" ["5-0" ["a" "1"]] "last-entry" ["5-0" ["a" "1"]]]`,
	)
}

func TestReading(t *testing.T) {
	p := started(t)
	p.Wants(
		"XREAD STREAMS s 0", "nil[]",
		"XADD s 1 a 1", `"1-0"`,
		"XADD s 2 b 2", `"2-0"`,
		"XREAD COUNT 1 STREAMS s no 0 0", `[["s" [["1-0" ["a" "1"]]]]]`,
		"XREAD STREAMS s $", "nil[]",
		"XREAD STREAMS s +", `[["s" [["2-0" ["b" "2"]]]]]`,
		"XREAD STREAMS s s", "-ERR Invalid stream ID specified as stream command argument",
		"XREAD STREAMS s no 0", "-ERR Unbalanced 'xread' list of streams: for each stream key an ID, '+', or '$' must "+
			"be specified.",
		"XREAD BLOCK x STREAMS s 0", "-ERR timeout is not an integer or out of range",
		"XREAD BLOCK -1 STREAMS s 0", "-ERR timeout is negative",
		"XREAD STREAMS s 18446744073709551615-18446744073709551615", "nil[]",
		"MULTI", "+OK",
		"XREAD BLOCK 0 STREAMS s $", "+QUEUED",
		"EXEC", "[nil[]]",
	)
	p.Do("HELLO 3")
	p.Wants(
		"XREAD STREAMS s 1", `{"s": [["2-0" ["b" "2"]]]}`,
		"XREAD STREAMS s 2", "nil",
	)
}

func TestWaiting(t *testing.T) {
	p := started(t)
	p.Wants("XADD s 1 a 1", `"1-0"`)
	other := p.Connect(t)
	other.Start("XREAD", "BLOCK", "0", "STREAMS", "no", "s", "0", "$")
	waits(t, p, 1)
	p.Wants("SET no v", "+OK", "XADD s 2 b 2", `"2-0"`)
	if got := other.Receive(); got != `[["s" [["2-0" ["b" "2"]]]]]` {
		t.Error(got)
	}
	other.Start("XREAD", "BLOCK", "1000", "STREAMS", "s", "$")
	waits(t, p, 1)
	if err := p.Clock.BlockUntilContext(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	p.Clock.Advance(time.Second)
	if got := other.Receive(); got != "nil[]" {
		t.Error(got)
	}
}

func TestWaitersOfAGroup(t *testing.T) {
	p := started(t)
	p.Wants("XGROUP CREATE s g $ MKSTREAM", "+OK")
	first, second := p.Connect(t), p.Connect(t)
	first.Start("XREADGROUP", "GROUP", "g", "a", "BLOCK", "0", "STREAMS", "s", ">")
	waits(t, p, 1)
	second.Start("XREADGROUP", "GROUP", "g", "b", "BLOCK", "0", "STREAMS", "s", ">")
	waits(t, p, 2)
	p.Wants("XADD s 1 a 1", `"1-0"`)
	if got := first.Receive(); got != `[["s" [["1-0" ["a" "1"]]]]]` {
		t.Error("who came first is served:", got)
	}
	p.Wants("XGROUP DESTROY s g", "1")
	if got := second.Receive(); got != "-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option" {
		t.Error("the group is gone:", got)
	}
}
