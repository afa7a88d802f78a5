package tx

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/admin"
	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

func TestMulti(t *testing.T) {
	p := probe.New(t, Commands(), str.Commands(), conn.Commands())
	p.Wants(
		"EXEC", "-ERR EXEC without MULTI",
		"DISCARD", "-ERR DISCARD without MULTI",
		"MULTI", "+OK",
		"MULTI", "-ERR MULTI calls can not be nested",
		"WATCH k", "-ERR WATCH inside MULTI is not allowed",
		"SET k 1", "+QUEUED",
		"INCR k", "+QUEUED",
		"GETRANGE k", "-ERR wrong number of arguments for 'getrange' command",
		"EXEC", "-EXECABORT Transaction discarded because of previous errors.",
		"GET k", "nil",
		"MULTI", "+OK",
		"SET k x", "+QUEUED",
		"INCR k", "+QUEUED",
		"SET l y", "+QUEUED",
		"EXEC", "[+OK -ERR value is not an integer or out of range +OK]",
		"MULTI", "+OK",
		"SET k z", "+QUEUED",
		"DISCARD", "+OK",
		"GET k", `"x"`,
		"MULTI", "+OK",
		"EXEC", "[]",
	)
}

// EXEC does nothing if a watched key has changed: the reply is the null of the protocol.
func TestWatch(t *testing.T) {
	p := probe.New(t, Commands(), str.Commands(), conn.Commands())
	other, three := p.Connect(t), p.Connect(t)
	three.Do("HELLO 3")
	for _, tt := range []struct {
		c    *probe.Client
		null string
	}{{p.Client, "nil[]"}, {three, "nil"}} {
		for change, reply := range map[string]string{
			"SET k 2": tt.null, "SET k 2 NX": "[+OK]", "GET k": "[+OK]", "SET other 2": "[+OK]",
		} {
			other.Do("SET k 1")
			tt.c.Wants("WATCH k", "+OK", "MULTI", "+OK", "SET done "+change[:3], "+QUEUED")
			other.Do(change)
			if got := tt.c.Do("EXEC"); got != reply {
				t.Errorf("%s: %s, want %s", change, got, reply)
			}
		}
		tt.c.Wants("WATCH k", "+OK", "SET k own", "+OK", "MULTI", "+OK", "EXEC", tt.null,
			"MULTI", "+OK", "EXEC", "[]", // EXEC has ended the watch
			"WATCH k", "+OK", "SET k own", "+OK", "UNWATCH", "+OK", "MULTI", "+OK", "EXEC", "[]")
	}
}

// A key that has expired since WATCH has changed, although nothing has removed it yet; one that had expired before has
// not.
func TestWatchSeesExpiry(t *testing.T) {
	p := probe.New(t, Commands(), str.Commands(), conn.Commands(), admin.Commands())
	p.Wants("DEBUG SET-ACTIVE-EXPIRE 0", "+OK", "SET k v PX 10", "+OK", "WATCH k", "+OK",
		"MULTI", "+OK", "SET l v", "+QUEUED")
	p.Clock.Advance(10 * time.Millisecond)
	p.Wants("EXEC", "nil[]", "SET m v PX 10", "+OK")
	p.Clock.Advance(10 * time.Millisecond)
	p.Wants("WATCH m", "+OK", "MULTI", "+OK", "SET l v", "+QUEUED", "EXEC", "[+OK]")
}
