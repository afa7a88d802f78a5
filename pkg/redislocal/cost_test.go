//go:build !race

// It judges time, which the race detector takes.

package redislocal

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// constant are commands whose cost must not depend on the length of the string, or the number of keys. What lists,
// sets, hashes, sorted sets and streams promise is tested in their packages.
var constant = map[string][]string{
	"GETRANGE":         {"GETRANGE string 100 120"},
	"GETRANGE, end":    {"GETRANGE string -20 -1"},
	"SETRANGE":         {"SETRANGE string 100 replaced"},
	"APPEND":           {"APPEND string x"},
	"STRLEN":           {"STRLEN string"},
	"SETBIT":           {"SETBIT string 3000 1", "SETBIT string 3000 0"},
	"GETBIT":           {"GETBIT string 3000"},
	"BITCOUNT":         {"BITCOUNT string 400 500"},
	"BITPOS":           {"BITPOS string 1 400 500"},
	"BITFIELD":         {"BITFIELD string SET u8 #40 7 GET u8 #41"},
	"SCAN":             {"SCAN 500 COUNT 10"},
	"RANDOMKEY":        {"RANDOMKEY"},
	"DBSIZE":           {"DBSIZE"},
	"EXPIRE":           {"EXPIRE key:500 1000"},
	"PERSIST":          {"EXPIRE key:501 1000", "PERSIST key:501"},
	"TTL":              {"TTL key:500"},
	"EXISTS":           {"EXISTS key:502 none"},
	"SET and DEL":      {"SET new v", "DEL new"},
	"RENAME":           {"RENAME key:503 renamed", "RENAME renamed key:503"},
	"COPY":             {"COPY key:504 copied REPLACE"},
	"INFO keyspace":    {"INFO keyspace"},
	"OBJECT IDLETIME":  {"OBJECT IDLETIME key:505"},
	"SET past its end": {"SET lapsing v PXAT 1", "GET lapsing"},
}

func TestCostIsConstant(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a million keys")
	}
	small, large := filled(t, 1000), filled(t, 1_000_000)
	for name, lines := range constant {
		// A few times the cost is memory that no cache holds, or a level of a tree; a walk would cost a thousand times.
		if a, b := cost(small, lines), cost(large, lines); b > 20*a {
			t.Errorf("%s: %v at 1,000 elements, %v at 1,000,000", name, a, b)
		}
	}
}

// filled returns a server with n keys that expire, and a string of n bytes.
func filled(t *testing.T, n int) *Server {
	s := New(Config{Seed: 1})
	t.Cleanup(func() { s.Close() })
	var b strings.Builder
	for i := range n {
		b.WriteString(request(fmt.Sprintf("SET key:%d v EX %d", i, 1_000_000+i)))
	}
	b.WriteString(request("SET string " + strings.Repeat("s", n)))
	s.engine.Serve(&feed{batch: b.String(), left: 1})
	return s
}

// cost is what the lines take at best, in a few rounds.
func cost(s *Server, lines []string) time.Duration {
	const batches = 10
	least := time.Hour
	for range 5 {
		began := time.Now()
		send(s, batches, lines...)
		least = min(least, time.Since(began))
	}
	return least / (batches * pipelined)
}
