package keys

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

const (
	notInt = "-ERR value is not an integer or out of range"
	syntax = "-ERR syntax error"
)

func started(t testing.TB) *probe.Probe {
	return probe.New(t, conn.Commands(), str.Commands(), Commands(map[string]dump.Loader{"string": str.Load}))
}

func TestDeletionAndType(t *testing.T) {
	p := started(t)
	p.Wants(
		"MSET a 1 b 2 c 3", "+OK",
		"EXISTS a a none", "2",
		"TOUCH a none", "1",
		"TYPE a", "+string",
		"TYPE none", "+none",
		"DEL a none a", "1",
		"UNLINK b c", "2",
		"DBSIZE", "0",
	)
}

func TestExpire(t *testing.T) {
	p := started(t)
	p.Wants(
		"SET k v", "+OK",
		"TTL k", "-1", "PTTL none", "-2", "EXPIRETIME k", "-1",
		"EXPIRE none 10", "0",
		"EXPIRE k x", notInt,
		"EXPIRE k 9223372036854775807", "-ERR invalid expire time in 'expire' command",
		"EXPIRE k -9223372036854775808", "-ERR invalid expire time in 'expire' command",
		"PEXPIRE k 9223372036854775807", "-ERR invalid expire time in 'pexpire' command",
		"EXPIRE k 10 WHAT", "-ERR Unsupported option WHAT",
		"EXPIRE k 10 NX GT", "-ERR NX and XX, GT or LT options at the same time are not compatible",
		"EXPIRE k 10 GT LT", "-ERR GT and LT options at the same time are not compatible",
		"EXPIRE k 10 XX", "0",
		"EXPIRE k 10 GT", "0",
		"EXPIRE k 10 LT", "1",
		"EXPIRE k 20 NX", "0",
		"EXPIRE k 20 LT", "0",
		"EXPIRE k 20 GT", "1",
		"EXPIRE k 10 GT", "0",
		"TTL k", "20",
		"PEXPIRE k 1500", "1",
		"TTL k", "2",
		"PEXPIRE k 1499", "1",
		"TTL k", "1",
		"PTTL k", "1499",
		"PERSIST k", "1",
		"PERSIST k", "0",
		"PEXPIREAT k 9223372036854775807", "1",
		"PEXPIRETIME k", "9223372036854775807",
		"EXPIREAT k 4000000000", "1",
		"EXPIRETIME k", "4000000000",
		"PEXPIRETIME k", "4000000000000",
		"EXPIRE k -1", "1",
		"EXISTS k", "0",
		"SET k v", "+OK",
		"EXPIREAT k 0", "1",
		"EXISTS k", "0",
		"SET k v PX 10", "+OK",
	)
	p.Clock.Advance(10 * time.Millisecond)
	p.Wants("TTL k", "-2", "RANDOMKEY", "nil")
}

func TestRename(t *testing.T) {
	p := started(t)
	p.Wants(
		"RENAME a b", "-ERR no such key",
		"RENAMENX a b", "-ERR no such key",
		"SET a 1 EX 100", "+OK",
		"RENAME a a", "+OK",
		"RENAMENX a a", "0",
		"SET b 2", "+OK",
		"RENAMENX a b", "0",
		"RENAME a b", "+OK",
		"TTL b", "100",
		"RENAMENX b c", "1",
		"GET c", `"1"`,
		"EXISTS a b", "0",
		"SET d 3", "+OK",
		"RENAME d c", "+OK",
		"TTL c", "-1",
	)
}

func TestCopyAndMove(t *testing.T) {
	p := started(t)
	p.Wants(
		"COPY a b", "0",
		"COPY a a", "-ERR source and destination objects are the same",
		"SET a 1 EX 100", "+OK",
		"COPY a b", "1",
		"APPEND b 2", "2",
		"GET a", `"1"`,
		"TTL b", "100",
		"COPY a b", "0",
		"COPY a b REPLACE", "1",
		"GET b", `"1"`,
		"COPY a a DB 1", "1",
		"COPY a b DB 16", "-ERR DB index is out of range",
		"COPY a b DB x", notInt,
		"COPY a b WHAT", syntax,
		"MOVE a 0", "-ERR source and destination objects are the same",
		"MOVE a 99999999999", "-ERR DB index is out of range",
		"MOVE a x", notInt,
		"MOVE none 1", "0",
		"MOVE a 1", "0",
		"MOVE b 1", "1",
		"SELECT 1", "+OK",
		"TTL b", "100",
		"SWAPDB 0 1", "+OK",
		"DBSIZE", "1",
		"SWAPDB x 1", "-ERR invalid first DB index",
		"SWAPDB 1 x", "-ERR invalid second DB index",
		"SWAPDB 0 16", "-ERR DB index is out of range",
		"FLUSHDB SYNC", "+OK",
		"DBSIZE", "0",
		"FLUSHDB WHAT", syntax,
		"FLUSHALL ASYNC SYNC", syntax,
		"SELECT 0", "+OK",
		"DBSIZE", "2",
		"FLUSHALL", "+OK",
		"DBSIZE", "0",
	)
}

func TestScan(t *testing.T) {
	p := started(t)
	p.Wants(
		`MSET "a\xff" 1 "\xffb" 2 c 3`, "+OK",
		`KEYS "\xff*"`, `["\xffb"]`,
		`KEYS "[\xf0-\xff]?"`, `["\xffb"]`,
		"KEYS no*", "[]",
		`SCAN 0 MATCH "\xff*"`, `["0" ["\xffb"]]`,
		"SCAN 0 COUNT 2", `["1" ["c" "\xffb"]]`,
		"SCAN 1 COUNT 2", `["0" ["a\xff"]]`,
		"SCAN 0 TYPE LIST", `["0" []]`,
		"SCAN 0 MATCH c TYPE String COUNT 9223372036854775807", `["0" ["c"]]`,
		"SCAN 18446744073709551615 COUNT 1", `["2" ["c"]]`,
		"SCAN x", "-ERR invalid cursor",
		"SCAN -1", "-ERR invalid cursor",
		"SCAN 0 COUNT 0", syntax,
		"SCAN 0 COUNT x", notInt,
		"SCAN 0 MATCH", syntax,
		"SCAN 0 WHAT 1", syntax,
		"SET c 3 PX 1", "+OK",
	)
	p.Clock.Advance(time.Millisecond)
	p.Wants("KEYS c", "[]", "SCAN 0 MATCH c", `["0" []]`)
}

// A scan returns what is there throughout, whatever is deleted and added meanwhile.
func TestScanIsComplete(t *testing.T) {
	p := started(t)
	want := map[string]bool{}
	for i := range 1000 {
		p.Send("SET", fmt.Sprintf("k%d", i), "v")
		if i%2 == 0 {
			want[fmt.Sprintf(`"k%d"`, i)] = true
		}
	}
	cursor := "0"
	for round := 0; ; round++ {
		reply := strings.Fields(strings.NewReplacer("[", "", "]", "").Replace(p.Send("SCAN", cursor, "COUNT", "7")))
		for _, key := range reply[1:] {
			delete(want, key)
		}
		if cursor = strings.Trim(reply[0], `"`); cursor == "0" {
			break
		}
		p.Send("DEL", fmt.Sprintf("k%d", 2*round+1), fmt.Sprintf("k%d", 999-2*round))
		p.Send("SET", fmt.Sprintf("new%d", round), "v")
	}
	if len(want) > 0 {
		t.Errorf("not returned: %v", want)
	}
}

func TestObject(t *testing.T) {
	p := started(t)
	p.Wants("MSET a 12 b x", "+OK", "OBJECT ENCODING a", `"int"`, "OBJECT ENCODING b", `"embstr"`)
	p.Clock.Advance(5 * time.Second)
	p.Wants(
		"OBJECT IDLETIME a", "5",
		"TOUCH a", "1",
		"OBJECT IDLETIME a", "0",
		"OBJECT REFCOUNT a", "1",
		"OBJECT ENCODING none", "nil",
		"OBJECT FREQ a", "-ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note that "+
			"when switching between policies at runtime LRU and LFU data will take some time to adjust.",
		"OBJECT WHAT a", "-ERR unknown subcommand 'WHAT'. Try OBJECT HELP.",
		"OBJECT ENCODING", "-ERR wrong number of arguments for 'object|encoding' command",
	)
	p.Engine.Exclusive(func() { p.Engine.Config.Set("maxmemory-policy", "allkeys-lfu") })
	p.Wants("OBJECT FREQ b", "5")
	if got := p.Do("OBJECT IDLETIME a"); !strings.HasPrefix(got, "-ERR An LFU maxmemory policy is selected") {
		t.Error(got)
	}
}

func TestDumpAndRestore(t *testing.T) {
	p := started(t)
	var payload string
	p.Wants("SET k some", "+OK", "DUMP none", "nil")
	p.Engine.Exclusive(func() { payload = string(dump.Encode(p.Engine.DB(0).Entry("k").Value.(*str.String))) })
	restore := func(want string, args ...string) {
		t.Helper()
		if got := p.Send(append([]string{"RESTORE"}, args...)...); got != want {
			t.Errorf("RESTORE %q: got %s, want %s", args, got, want)
		}
	}
	restore("-BUSYKEY Target key name already exists.", "k", "0", "what")
	restore("-ERR Invalid TTL value, must be >= 0", "n", "-1", payload)
	restore(notInt, "n", "x", payload)
	restore(syntax, "n", "0", payload, "WHAT")
	restore(syntax, "n", "0", payload, "IDLETIME", "1", "FREQ", "1")
	restore("-ERR Invalid IDLETIME value, must be >= 0", "n", "0", payload, "IDLETIME", "-1")
	restore("-ERR Invalid FREQ value, must be >= 0 and <= 255", "n", "0", payload, "FREQ", "256")
	restore("+OK", "n", "5000", payload, "IDLETIME", "9223372036854775807")
	p.Wants("GET n", `"some"`, "TTL n", "5")
	restore("+OK", "n", "1", payload, "ABSTTL", "REPLACE")
	p.Wants("EXISTS n", "0")
	for i := range payload {
		bad := []byte(payload)
		bad[i] ^= 0x10
		restore("-ERR DUMP payload version or checksum are wrong", "n", "0", string(bad))
		restore("-ERR DUMP payload version or checksum are wrong", "n", "0", payload[:i])
	}
	restore("-ERR Bad data format", "n", "0", string(dump.Encode(unknown{})))
	p.Wants("EXISTS n", "0")
}

// unknown is a value of a type without a loader.
type unknown struct{ engine.Value }

func (unknown) Type() string      { return "unknown" }
func (unknown) Dump(*dump.Writer) {}

func TestWait(t *testing.T) {
	p := started(t)
	p.Wants(
		"WAIT 0 0", "0",
		"WAIT x 0", notInt,
		"WAIT 1 x", "-ERR timeout is not an integer or out of range",
		"WAIT 1 -1", "-ERR timeout is negative",
		"WAITAOF 0 0 0", "[0 0]",
		"WAITAOF 2 0 0", "-ERR value is out of range, must be positive",
		"WAITAOF 1 0 0", "-ERR WAITAOF cannot be used when numlocal is set but appendonly is disabled.",
	)
	p.Start("WAIT", "1", "100")
	_ = p.Clock.BlockUntilContext(t.Context(), 1)
	p.Clock.Advance(100 * time.Millisecond)
	if got := p.Receive(); got != "0" {
		t.Error(got)
	}
}

func TestRandomKeyReturnsEveryKey(t *testing.T) {
	p := started(t)
	p.Wants("MSET a 1 b 2 c 3", "+OK")
	var seen []string
	for range 100 {
		if got := p.Do("RANDOMKEY"); !slices.Contains(seen, got) {
			seen = append(seen, got)
		}
	}
	if len(seen) != 3 {
		t.Error(seen)
	}
}
