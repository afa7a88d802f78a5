package stream

import (
	"strconv"
	"testing"
	"time"
)

func TestGroups(t *testing.T) {
	started(t).Wants(
		"XGROUP CREATE s g 0", "-ERR The XGROUP subcommand requires the key to exist. Note that for CREATE you may "+
			"want to use the MKSTREAM option to create an empty stream automatically.",
		"XGROUP CREATE s g $ MKSTREAM", "+OK",
		"XGROUP CREATE s g $", "-BUSYGROUP Consumer Group name already exists",
		"XGROUP CREATE s h 0 ENTRIESREAD -2", "-ERR value for ENTRIESREAD must be positive or -1",
		"XGROUP CREATE s h 0 NO", "-ERR unknown subcommand or wrong number of arguments for 'CREATE'. Try XGROUP HELP.",
		"XGROUP SETID s no 0", "-NOGROUP No such consumer group 'no' for key name 's'",
		"XGROUP SETID s g 5 ENTRIESREAD 3", "+OK",
		"XINFO GROUPS s", `[["name" "g" "consumers" 0 "pending" 0 "last-delivered-id" "5-0" "entries-read" 3 "lag" 0]]`,
		"XGROUP CREATECONSUMER s g c", "1",
		"XGROUP CREATECONSUMER s g c", "0",
		"XINFO CONSUMERS s g", `[["name" "c" "pending" 0 "idle" 0 "inactive" -1]]`,
		"XGROUP DELCONSUMER s g c", "0",
		"XGROUP DESTROY s no", "0",
		"XGROUP DESTROY s g", "1",
		"XINFO GROUPS s", "[]",
		"XREADGROUP GROUP g c STREAMS s >",
		"-NOGROUP No such key 's' or consumer group 'g' in XREADGROUP with GROUP option",
	)
}

func TestHistoryShowsDeletedEntries(t *testing.T) {
	p := started(t)
	p.Wants(
		"XADD s 1 a 1", `"1-0"`,
		"XADD s 2 b 2", `"2-0"`,
		"XADD s 3 c 3", `"3-0"`,
		"XGROUP CREATE s g 0", "+OK",
		"XREADGROUP GROUP g c COUNT 2 STREAMS s >", `[["s" [["1-0" ["a" "1"]] ["2-0" ["b" "2"]]]]]`,
		"XREADGROUP GROUP g d NOACK STREAMS s >", `[["s" [["3-0" ["c" "3"]]]]]`,
		"XDEL s 1", "1",
		"XREADGROUP GROUP g c STREAMS s 0", `[["s" [["1-0" nil[]] ["2-0" ["b" "2"]]]]]`,
		"XREADGROUP GROUP g c STREAMS s 2", `[["s" []]]`,
		"XREADGROUP GROUP g c STREAMS s >", "nil[]",
		"XPENDING s g", `[2 "1-0" "2-0" [["c" "2"]]]`,
		"XAUTOCLAIM s g d 0 0", `["0-0" [["2-0" ["b" "2"]]] ["1-0"]]`,
		"XPENDING s g", `[1 "2-0" "2-0" [["d" "1"]]]`,
	)
	p.Do("HELLO 3")
	p.Wants(
		"XREADGROUP GROUP g d STREAMS s 0", `{"s": [["2-0" ["b" "2"]]]}`,
		"XDEL s 2", "1",
		"XREADGROUP GROUP g d STREAMS s 0", `{"s": [["2-0" nil]]}`,
		"XREADGROUP GROUP g d STREAMS s >", "nil",
	)
}

// All deleted entries that it comes across are named, up to COUNT, and pending no more.
func TestAutoclaimNamesDeletedEntries(t *testing.T) {
	p := started(t)
	for _, id := range []string{"1", "2", "3", "4"} {
		p.Do("XADD s " + id + " f v")
	}
	p.Wants(
		"XGROUP CREATE s g 0", "+OK",
		"XREADGROUP GROUP g c COUNT 4 STREAMS s >",
		`[["s" [["1-0" ["f" "v"]] ["2-0" ["f" "v"]] ["3-0" ["f" "v"]] ["4-0" ["f" "v"]]]]]`,
		"XDEL s 1 2 4", "3",
		"XAUTOCLAIM s g d 0 0 COUNT 2 JUSTID", `["3-0" [] ["1-0" "2-0"]]`,
		"XPENDING s g", `[2 "3-0" "4-0" [["c" "2"]]]`,
		"XAUTOCLAIM s g d 0 3 JUSTID", `["0-0" ["3-0"] ["4-0"]]`,
		"XPENDING s g", `[1 "3-0" "3-0" [["d" "1"]]]`,
	)
}

func TestClaiming(t *testing.T) {
	p := started(t)
	p.Wants(
		"XADD s 1 a 1", `"1-0"`,
		"XADD s 2 b 2", `"2-0"`,
		"XGROUP CREATE s g 0", "+OK",
		"XREADGROUP GROUP g c COUNT 1 STREAMS s >", `[["s" [["1-0" ["a" "1"]]]]]`,
	)
	p.Clock.Advance(500 * time.Millisecond)
	p.Wants(
		"XPENDING s g - + 10", `[["1-0" "c" 500 1]]`,
		"XPENDING s g IDLE 501 - + 10", "[]",
		"XPENDING s g - + 10 nobody", "[]",
		"XPENDING s g - +", "-ERR syntax error",
		"XCLAIM s g d 501 1", "[]",
		"XCLAIM s g d 500 1 JUSTID", `["1-0"]`,
		"XPENDING s g - + 10 d", `[["1-0" "d" 0 1]]`,
		"XCLAIM s g c 0 1", `[["1-0" ["a" "1"]]]`,
		"XCLAIM s g c 0 2", "[]",
		"XCLAIM s g c 0 2 FORCE RETRYCOUNT 7 IDLE 100", `[["2-0" ["b" "2"]]]`,
		"XPENDING s g - + 10", `[["1-0" "c" 0 2] ["2-0" "c" 100 7]]`,
		"XCLAIM s g c 0 2 IDLE -9223372036854775808", `[["2-0" ["b" "2"]]]`,
		"XCLAIM s g c 0 2 NO", "-ERR Unrecognized XCLAIM option 'NO'",
		"XCLAIM s g c x 2", "-ERR Invalid min-idle-time argument for XCLAIM",
		"XCLAIM s no c 0 2", "-NOGROUP No such key 's' or consumer group 'no'",
		"XAUTOCLAIM s g d 0 - COUNT 1 JUSTID", `["2-0" ["1-0"] []]`,
		"XAUTOCLAIM s g d 0 2 COUNT 9223372036854775807", "-ERR COUNT must be > 0",
		"XAUTOCLAIM s g d 1000 0", `["0-0" [] []]`,
		"XACK s g 1 1 9", "1",
		"XACK s no 1", "0",
		"XACK s g x", "-ERR Invalid stream ID specified as stream command argument",
		"XGROUP DELCONSUMER s g c", "1",
		"XPENDING s g", "[0 nil nil nil[]]",
	)
}

func TestLag(t *testing.T) {
	p := started(t)
	group := func(last, read, lag string) string {
		return `[["name" "g" "consumers" 1 "pending" 0 "last-delivered-id" "` + last + `" "entries-read" ` + read +
			` "lag" ` + lag + `]]`
	}
	p.Wants("XGROUP CREATE s g 0 MKSTREAM", "+OK", "XGROUP CREATECONSUMER s g c", "1")
	p.Wants("XINFO GROUPS s", group("0-0", "nil", "0"))
	for _, id := range []string{"1", "2", "3", "4", "5", "6", "7"} {
		p.Do("XADD s " + id + " f v")
	}
	p.Wants("XINFO GROUPS s", group("0-0", "nil", "7"))
	p.Do("XREADGROUP GROUP g c NOACK COUNT 2 STREAMS s >")
	p.Wants("XINFO GROUPS s", group("2-0", "2", "5"), "XDEL s 5", "1", "XINFO GROUPS s", group("2-0", "2", "nil"))
	p.Do("XREADGROUP GROUP g c NOACK COUNT 2 STREAMS s >")
	p.Wants("XINFO GROUPS s", group("4-0", "nil", "nil"))
	p.Do("XREADGROUP GROUP g c NOACK COUNT 1 STREAMS s >")
	p.Wants("XINFO GROUPS s", group("6-0", "nil", "nil"))
	p.Do("XREADGROUP GROUP g c NOACK COUNT 1 STREAMS s >")
	p.Wants("XINFO GROUPS s", group("7-0", "7", "0"))
}

func TestFullInformation(t *testing.T) {
	p := started(t)
	p.Wants("XADD s 1 a 1", `"1-0"`, "XGROUP CREATE s g 0", "+OK")
	p.Do("XREADGROUP GROUP g c STREAMS s >")
	p.Do("HELLO 3")
	now := strconv.FormatInt(p.Clock.Now().UnixMilli(), 10)
	p.Wants(
		"XINFO STREAM s FULL COUNT 1", `{"length": 1, "radix-tree-keys": 1, "radix-tree-nodes": 2, `+
			`"last-generated-id": "1-0", "max-deleted-entry-id": "0-0", "entries-added": 1, `+
			`"recorded-first-entry-id": "1-0", "entries": [["1-0" ["a" "1"]]], "groups": [{"name": "g", `+
			`"last-delivered-id": "1-0", "entries-read": 1, "lag": 0, "pel-count": 1, "pending": [["1-0" "c" `+now+
			` 1]], "consumers": [{"name": "c", "seen-time": `+now+`, "active-time": `+now+`, "pel-count": 1, `+
			`"pending": [["1-0" `+now+` 1]]}]}]}`,
		"XINFO STREAM s FULL NO 1", "-ERR unknown subcommand or wrong number of arguments for 'STREAM'. Try XINFO HELP.",
		"XINFO STREAM no", "-ERR no such key",
		"XINFO STREAM s", `{"length": 1, "radix-tree-keys": 1, "radix-tree-nodes": 2, "last-generated-id": "1-0", `+
			`"max-deleted-entry-id": "0-0", "entries-added": 1, "recorded-first-entry-id": "1-0", "groups": 1, `+
			`"first-entry": ["1-0" ["a" "1"]], "last-entry": ["1-0" ["a" "1"]]}`,
	)
}
