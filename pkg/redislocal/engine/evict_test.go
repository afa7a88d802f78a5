package engine_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/config"
	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/pubsub"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

// filled is a server with 100 keys, one written each second; every other one expires, the later the sooner. The
// first 30 have been read often.
func filled(t *testing.T, policy string) *probe.Probe {
	t.Helper()
	p := probe.New(t, config.Commands(), conn.Commands(), pubsub.Commands(), str.Commands())
	p.Wants("CONFIG SET maxmemory-samples 10 maxmemory-policy "+policy, "+OK")
	for i := range 100 {
		p.Clock.Advance(time.Second)
		expiry := ""
		if i%2 == 1 {
			expiry = fmt.Sprintf(" EX %d", 10_000-10*i)
		}
		p.Wants(fmt.Sprintf("SET k%02d %s%s", i, strings.Repeat("v", 100), expiry), "+OK")
		for range 20 {
			if i < 30 {
				p.Do(fmt.Sprintf("GET k%02d", i))
			}
		}
	}
	return p
}

// left are the indices of the keys that are there, counted without an access.
func left(p *probe.Probe) (keys []int) {
	p.Engine.Exclusive(func() {
		for i := range 100 {
			if p.Engine.DB(0).Entry(fmt.Sprintf("k%02d", i)) != nil {
				keys = append(keys, i)
			}
		}
	})
	return keys
}

// Each policy takes the keys that it says, most of the time: it looks at a sample.
func TestEviction(t *testing.T) {
	count := func(keys []int, of func(int) bool) (n int) {
		for _, i := range keys {
			if of(i) {
				n++
			}
		}
		return n
	}
	persistent := func(i int) bool { return i%2 == 0 }
	for policy, spared := range map[string]struct {
		of    func(int) bool // keys that the policy spares,
		least int            // of which there are at least so many of
		all   int
	}{
		"allkeys-lru":     {func(i int) bool { return i >= 60 }, 38, 40},
		"allkeys-lfu":     {func(i int) bool { return i < 30 }, 28, 30},
		"allkeys-random":  {func(int) bool { return true }, 40, 100},
		"volatile-lru":    {func(i int) bool { return persistent(i) || i >= 80 }, 59, 60},
		"volatile-lfu":    {func(i int) bool { return persistent(i) || i < 10 }, 54, 55},
		"volatile-random": {persistent, 50, 50},
		"volatile-ttl":    {func(i int) bool { return persistent(i) || i < 10 }, 54, 55},
	} {
		p := filled(t, policy)
		var used int64
		p.Engine.Exclusive(func() { used = p.Engine.Used() })
		// Room for half of them, or for those that stay and a few more.
		limit := used / 2
		if strings.HasPrefix(policy, "volatile") {
			limit = used * 65 / 100
		}
		s := p.Connect(t)
		s.Wants("PSUBSCRIBE __keyevent@0__:evicted", `["psubscribe" "__keyevent@0__:evicted" 1]`)
		p.Wants("CONFIG SET notify-keyspace-events Ee", "+OK",
			fmt.Sprintf("CONFIG SET maxmemory %d", limit), "+OK", "SET new v", "+OK")
		keys := left(p)
		if n := count(keys, spared.of); n < spared.least {
			t.Errorf("%s: %d of %d that it should spare are left", policy, n, spared.all)
		}
		p.Engine.Exclusive(func() {
			if evicted := p.Engine.Stats().Evicted; evicted != int64(100-len(keys)) || evicted == 0 {
				t.Errorf("%s: %d evicted, %d left", policy, evicted, len(keys))
			}
		})
		if got := s.Receive(); !strings.HasPrefix(got, `["pmessage" "__keyevent@0__:evicted" "__keyevent@0__:evicted" "k`) {
			t.Error(got)
		}
	}
}

// Where nothing may go, writes are refused, and reads and deletions are not.
func TestMemoryIsFull(t *testing.T) {
	for _, policy := range []string{"noeviction", "volatile-lru", "volatile-ttl"} {
		p := probe.New(t, config.Commands(), conn.Commands(), str.Commands())
		p.Wants(
			"CONFIG SET maxmemory-policy "+policy, "+OK",
			"SET k v", "+OK",
			"CONFIG SET maxmemory 1", "+OK",
			"SET l v", "-OOM command not allowed when used memory > 'maxmemory'.",
			"GET k", `"v"`,
			"CONFIG SET maxmemory 0", "+OK",
			"SET l v", "+OK",
		)
	}
}
