package config

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
)

func TestConfig(t *testing.T) {
	p := probe.New(t, Commands(), conn.Commands())
	p.Wants(
		"CONFIG GET maxmemory", `["maxmemory" "0"]`,
		"CONFIG GET MAXMEMORY-P* maxmemory-policy", `["maxmemory-policy" "noeviction"]`,
		"CONFIG GET none", "[]",
		`CONFIG GET "\xff*"`, "[]",
		"CONFIG SET maxmemory 10mb maxmemory-policy allkeys-lru", "+OK",
		"CONFIG GET maxmemory maxmemory-policy", `["maxmemory" "10485760" "maxmemory-policy" "allkeys-lru"]`,
		"CONFIG SET maxmemory 1 none 2", "-ERR Unknown option or number of arguments for CONFIG SET - 'none'",
		"CONFIG SET maxmemory 1 hz", "-ERR wrong number of arguments for 'config|set' command",
		"CONFIG SET maxmemory 1 MAXMEMORY 2",
		"-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - duplicate parameter",
		"CONFIG SET maxmemory x",
		"-ERR CONFIG SET failed (possibly related to argument 'maxmemory') - argument must be a memory value",
		"CONFIG SET databases 4",
		"-ERR CONFIG SET failed (possibly related to argument 'databases') - can't set immutable config",
		"CONFIG GET maxmemory", `["maxmemory" "10485760"]`, // all or none
		"CONFIG SET timeout 9223372036854775808",
		"-ERR CONFIG SET failed (possibly related to argument 'timeout') - argument couldn't be parsed into an integer",
		"CONFIG SET notify-keyspace-events KEA", "+OK",
		"CONFIG GET notify*", `["notify-keyspace-events" "AKE"]`,
		"CONFIG REWRITE", "-ERR The server is running without a config file",
		"CONFIG RESETSTAT", "+OK",
		"CONFIG what", "-ERR unknown subcommand 'what'. Try CONFIG HELP.",
	)
	three := p.Connect(t)
	three.Do("HELLO 3")
	three.Wants("CONFIG GET hz", `{"hz": "10"}`)
	if all := p.Do("CONFIG GET *"); !strings.Contains(all, `"lfu-log-factor" "10"`) {
		t.Error(all)
	}
	if help := p.Do("CONFIG HELP"); !strings.HasPrefix(help, "[+CONFIG <subcommand>") {
		t.Error(help)
	}
}

func TestAPasswordIsForNewClients(t *testing.T) {
	p := probe.New(t, Commands(), conn.Commands())
	p.Wants("CONFIG SET requirepass secret", "+OK", "CONFIG GET hz", `["hz" "10"]`)
	p.Connect(t).Wants(
		"CONFIG GET hz", "-NOAUTH Authentication required.",
		"AUTH wrong", "-WRONGPASS invalid username-password pair or user is disabled.",
		"AUTH secret", "+OK",
		"CONFIG GET hz", `["hz" "10"]`,
	)
}
