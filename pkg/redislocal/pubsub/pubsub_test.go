package pubsub

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/tx"
)

func started(t *testing.T) *probe.Probe {
	t.Helper()
	return probe.New(t, Commands(), conn.Commands(), str.Commands(), tx.Commands())
}

func receives(t *testing.T, c *probe.Client, want ...string) {
	t.Helper()
	for _, message := range want {
		if got := c.Receive(); got != message {
			t.Errorf("got %s, want %s", got, message)
		}
	}
}

func TestSubscribe(t *testing.T) {
	for _, proto := range []string{"2", "3"} {
		p := started(t)
		s := p.Connect(t)
		push := map[string]string{"2": "", "3": ">"}[proto]
		s.Send("HELLO", proto)
		s.Start("SUBSCRIBE", "a", "b", "a")
		receives(t, s, push+`["subscribe" "a" 1]`, push+`["subscribe" "b" 2]`, push+`["subscribe" "a" 2]`)
		s.Start("PSUBSCRIBE", "a*")
		receives(t, s, push+`["psubscribe" "a*" 3]`)
		s.Start("SSUBSCRIBE", "a")
		receives(t, s, push+`["ssubscribe" "a" 1]`)
		p.Wants(
			"PUBLISH a hello", "2",
			"PUBLISH none hello", "0",
			"SPUBLISH a hello", "1",
			"PUBSUB CHANNELS", `["a" "b"]`,
			"PUBSUB CHANNELS a*", `["a"]`,
			"PUBSUB NUMSUB a none", `["a" 1 "none" 0]`,
			"PUBSUB NUMSUB", "[]",
			"PUBSUB NUMPAT", "1",
			"PUBSUB SHARDCHANNELS", `["a"]`,
			"PUBSUB SHARDNUMSUB a b", `["a" 1 "b" 0]`,
		)
		receives(t, s, push+`["message" "a" "hello"]`, push+`["pmessage" "a*" "a" "hello"]`,
			push+`["smessage" "a" "hello"]`)
		s.Start("UNSUBSCRIBE")
		receives(t, s, push+`["unsubscribe" "a" 2]`, push+`["unsubscribe" "b" 1]`)
		s.Start("UNSUBSCRIBE")
		receives(t, s, push+`["unsubscribe" nil 1]`)
		s.Start("PUNSUBSCRIBE", "a*", "none")
		receives(t, s, push+`["punsubscribe" "a*" 0]`, push+`["punsubscribe" "none" 0]`)
		s.Start("SUNSUBSCRIBE")
		receives(t, s, push+`["sunsubscribe" "a" 0]`)
		s.Wants("PING", "+PONG")
	}
}

func TestErrors(t *testing.T) {
	p := started(t)
	p.Wants(
		"SUBSCRIBE", "-ERR wrong number of arguments for 'subscribe' command",
		"PUBLISH a", "-ERR wrong number of arguments for 'publish' command",
		"PUBSUB", "-ERR wrong number of arguments for 'pubsub' command",
		"PUBSUB CHANNELS a b", "-ERR wrong number of arguments for 'pubsub|channels' command",
		"PUBSUB NUMPAT a", "-ERR wrong number of arguments for 'pubsub|numpat' command",
		"PUBSUB what", "-ERR unknown subcommand 'what'. Try PUBSUB HELP.",
		"SUBSCRIBE a", `["subscribe" "a" 1]`,
		"GET k", "-ERR Can't execute 'get': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are "+
			"allowed in this context",
		"PING", `["pong" ""]`,
		"PING x", `["pong" "x"]`,
		"RESET", "+RESET",
		"GET k", "nil",
	)
}

// A pattern is bytes; one that is not UTF-8 ends no process and holds no lock.
func TestAPatternIsBytes(t *testing.T) {
	p := started(t)
	s := p.Connect(t)
	s.Wants(`PSUBSCRIBE "\xff*"`, `["psubscribe" "\xff*" 1]`)
	p.Wants(
		`PUBSUB CHANNELS "\xff*"`, "[]",
		`PUBLISH "\xffa" "\xfe"`, "1",
		`PUBLISH "\xc3\xbfa" m`, "0",
	)
	receives(t, s, `["pmessage" "\xff*" "\xffa" "\xfe"]`)
	s.Wants(`SUBSCRIBE "\xff1"`, `["subscribe" "\xff1" 2]`)
	p.Wants(`PUBSUB CHANNELS "\xff*"`, `["\xff1"]`)
}

func TestTransactionsAndConnections(t *testing.T) {
	p := started(t)
	s := p.Connect(t)
	s.Wants(
		"HELLO 3", s.Do("HELLO 3"),
		"MULTI", "+OK",
		"SUBSCRIBE a", "+QUEUED",
		"EXEC", `[>["subscribe" "a" 1]]`,
	)
	p.Wants("MULTI", "+OK", "PUBLISH a in", "+QUEUED", "EXEC", "[1]")
	receives(t, s, `>["message" "a" "in"]`)
	s.Wants("SET k v", "+OK") // a RESP3 client runs any command
	s.Wants("QUIT", "+OK")
	for p.Do("PUBSUB CHANNELS") != "[]" {
		continue
	}
}

func TestAKeyspaceEventReachesItsSubscribers(t *testing.T) {
	p := started(t)
	s := p.Connect(t)
	s.Wants(
		"SUBSCRIBE __keyspace@0__:k", `["subscribe" "__keyspace@0__:k" 1]`,
		"PSUBSCRIBE __keyevent@*__:*", `["psubscribe" "__keyevent@*__:*" 2]`,
	)
	p.Wants("SET k v", "+OK")
	p.Engine.Exclusive(func() { p.Engine.Config.Set("notify-keyspace-events", "KEA") })
	p.Wants("SET k v PX 10", "+OK")
	receives(t, s,
		`["message" "__keyspace@0__:k" "set"]`, `["pmessage" "__keyevent@*__:*" "__keyevent@0__:set" "k"]`,
		`["message" "__keyspace@0__:k" "expire"]`, `["pmessage" "__keyevent@*__:*" "__keyevent@0__:expire" "k"]`)
	if err := p.Clock.BlockUntilContext(t.Context(), 1); err != nil { // the cycle sleeps
		t.Fatal(err)
	}
	p.Clock.Advance(200 * time.Millisecond)
	receives(t, s, `["message" "__keyspace@0__:k" "expired"]`,
		`["pmessage" "__keyevent@*__:*" "__keyevent@0__:expired" "k"]`)
	p.Engine.Exclusive(func() {
		for value, want := range map[string]string{"KEA": "AKE", "g$lshzxetnKEm": "AKEm", "Kg": "gK", "KEgnm": "gnKEm"} {
			p.Engine.Config.Set("notify-keyspace-events", value)
			if got := p.Engine.Config.Get("notify-keyspace-events"); got != want {
				t.Errorf("%s: got %s, want %s", value, got, want)
			}
		}
	})
}
