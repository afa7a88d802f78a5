package admin

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

func TestServer(t *testing.T) {
	p := probe.New(t, Commands(), conn.Commands(), str.Commands())
	began := p.Clock.Now()
	p.Wants(
		"TIME", fmt.Sprintf(`["%d" "%d"]`, began.Unix(), began.Nanosecond()/1000),
		"LASTSAVE", strconv.FormatInt(began.Unix(), 10),
		"SAVE", "-ERR SAVE is not served: this server keeps nothing on disk",
		"BGSAVE SCHEDULE", "-ERR BGSAVE is not served: this server keeps nothing on disk",
		"ROLE", `["master" 0 []]`,
		"REPLICAOF no one", "+OK",
		"REPLICAOF 127.0.0.1 6379", "-ERR REPLICAOF is not served: this server has no replication",
		"FAILOVER", "-ERR FAILOVER requires connected replicas.",
		"FAILOVER ABORT", "-ERR No failover in progress.",
		"CLUSTER INFO", "-ERR This instance has cluster support disabled",
		"CLUSTER HELP", "[+CLUSTER <subcommand> [<arg> [value] [opt] ...]. Subcommands are: +HELP +    Print this help.]",
		"READONLY", "-ERR This instance has cluster support disabled",
		"SHUTDOWN NOSAVE", "-ERR SHUTDOWN is refused: this server ends with the process that embeds it",
		"LOLWUT", `"Redis ver. 8.2.1\n"`,
		"MODULE LIST", "[]",
		"MODULE LOAD x", "-ERR this server loads no modules",
		"WAIT 0 0", "0",
		"WAIT 1 -1", "-ERR timeout is negative",
		"WAIT 1 9223372036854775807", "-ERR timeout is not an integer or out of range",
	)
	p.Start("WAIT", "1", "1000")
	_ = p.Clock.BlockUntilContext(t.Context(), 1)
	p.Clock.Advance(time.Second)
	if got := p.Receive(); got != "0" {
		t.Error(got)
	}
}

func TestMemory(t *testing.T) {
	p := probe.New(t, Commands(), conn.Commands(), str.Commands())
	p.Wants(
		"MEMORY USAGE k", "nil",
		"SET k 0123456789", "+OK",
		"MEMORY USAGE k SAMPLES 5", strconv.Itoa(64+1+16), // capacity, name, entry
		"MEMORY USAGE k SAMPLES -1", "-ERR syntax error",
		"MEMORY USAGE k SAMPLES x", "-ERR value is not an integer or out of range",
		"MEMORY USAGE k what", "-ERR syntax error",
		"MEMORY PURGE", "+OK",
		"MEMORY MALLOC-STATS", `"Stats not supported for the current allocator\n"`,
		"MEMORY what", "-ERR unknown subcommand 'what'. Try MEMORY HELP.",
	)
	if got := p.Do("MEMORY STATS"); len(got) < 100 || got[0] != '[' {
		t.Error(got)
	}
}

func TestDebug(t *testing.T) {
	p := probe.New(t, Commands(), conn.Commands(), str.Commands())
	p.Wants(
		"DEBUG OBJECT k", "-ERR no such key",
		"SET k 12", "+OK",
		"DEBUG SLEEP 1e300", "-ERR DEBUG SLEEP takes up to 60 seconds here",
		"DEBUG SLEEP -1", "-ERR DEBUG SLEEP takes up to 60 seconds here",
		"DEBUG SLEEP nan", "-ERR value is not a valid float",
		"DEBUG SLEEP 0", "+OK",
		"DEBUG ERROR \"LOADING not yet\"", "-LOADING not yet",
		"DEBUG SEGFAULT", "-ERR unknown subcommand 'SEGFAULT'. Try DEBUG HELP.",
	)
	// A sleep holds up others for its time, and nobody after it.
	other := p.Connect(t)
	p.Start("DEBUG", "SLEEP", "2")
	_ = p.Clock.BlockUntilContext(t.Context(), 2)
	other.Start("GET", "k")
	p.Clock.Advance(2 * time.Second)
	for _, c := range []*probe.Client{p.Client, other} {
		if got := c.Receive(); got != "+OK" && got != `"12"` {
			t.Error(got)
		}
	}
}

// Without the cycle a key past its expiry is still counted, and gone for whoever asks.
func TestSetActiveExpire(t *testing.T) {
	p := probe.New(t, Commands(), conn.Commands(), str.Commands())
	p.Wants("DEBUG SET-ACTIVE-EXPIRE 0", "+OK", "SET k v PX 10", "+OK", "SET l v PX 10", "+OK")
	p.Clock.Advance(time.Minute)
	p.Wants("GET l", "nil")
	p.Engine.Exclusive(func() {
		if n := p.Engine.DB(0).Keys().Len(); n != 1 {
			t.Errorf("%d keys in memory", n)
		}
	})
	p.Wants("DEBUG SET-ACTIVE-EXPIRE 1", "+OK")
	for n := 1; n > 0; {
		p.Engine.Exclusive(func() { n = p.Engine.DB(0).Keys().Len() })
	}
}
