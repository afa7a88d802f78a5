package str

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
)

func TestSet(t *testing.T) {
	p := probe.New(t, Commands())
	p.Wants(
		"SET k v", "+OK",
		"GET k", `"v"`,
		"SET k w NX", "nil",
		"SET k w XX GET", `"v"`,
		"SET k v EX 0", "-ERR invalid expire time in 'set' command",
		"SET k v EX 1 KEEPTTL", "-ERR syntax error",
		"SET k v PX 10", "+OK",
	)
	p.Clock.Advance(10 * time.Millisecond)
	p.Wants("GET k", "nil")
}
