package observe

import (
	"fmt"
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/config"
	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/script"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/tx"
)

func started(t *testing.T) *probe.Probe {
	t.Helper()
	o := New()
	p := probe.New(t, o.Commands(), config.Commands(), conn.Commands(), str.Commands(), tx.Commands(), script.Commands())
	p.Engine.Exclusive(func() { o.Attach(p.Engine) })
	return p
}

func TestMonitor(t *testing.T) {
	p := started(t)
	m := p.Connect(t)
	m.Wants("MONITOR", "+OK")
	p.Wants(
		`SET k "\x00\xff\n\"\\é"`, "+OK",
		"CONFIG GET hz", `["hz" "10"]`, // administration is not shown
		"HELLO 2 AUTH default secret", p.Do("HELLO"),
		"MULTI", "+OK", "GET k", "+QUEUED", "EXEC", `["\x00\xff\n\"\\é"]`,
		"SELECT 3", "+OK", "GET k", "nil", `EVAL "return redis.call('GET', 'k')" 0`, "nil",
	)
	for _, want := range []string{
		`[0 pipe] "SET" "k" "\x00\xff\n\"\\\xc3\xa9"`, `[0 pipe] "MULTI"`, `[0 pipe] "EXEC"`, `[0 pipe] "GET" "k"`,
		`[0 pipe] "SELECT" "3"`, `[3 pipe] "GET" "k"`,
		`[3 pipe] "EVAL" "return redis.call('GET', 'k')" "0"`, `[3 lua] "GET" "k"`,
	} {
		at := p.Clock.Now().UnixMicro()
		if got := m.Receive(); got != fmt.Sprintf("+%d.%06d %s", at/1e6, at%1e6, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	m.Start("RESET")
	if got := m.Receive(); !strings.HasSuffix(got, `[0 pipe] "RESET"`) {
		t.Error(got)
	}
	if got := m.Receive(); got != "+RESET" {
		t.Error(got)
	}
	p.Wants("SELECT 0", "+OK")
	m.Wants("PING", "+PONG")
}

func TestSlowLog(t *testing.T) {
	p := started(t)
	p.Wants(
		"SLOWLOG GET", "[]",
		"CONFIG SET slowlog-log-slower-than 0 slowlog-max-len 2", "+OK",
		"GET k", "nil",
		"SLOWLOG LEN", "2",
		"SLOWLOG RESET", "+OK",
		"CONFIG SET slowlog-log-slower-than -1", "+OK",
		"SLOWLOG LEN", "1", // RESET itself
		"SLOWLOG GET x", "-ERR count should be greater than or equal to -1",
		"SLOWLOG GET -2", "-ERR count should be greater than or equal to -1",
		"CONFIG SET slowlog-log-slower-than 0 slowlog-max-len 128", "+OK",
	)
	args := []string{"GET", strings.Repeat("x", 200)}
	for range 40 {
		args = append(args, "a")
	}
	args[0] = "DEL"
	p.Send("SET", strings.Repeat("k", 200), "v")
	got := p.Do("SLOWLOG GET 1")
	if !strings.Contains(got, `["SET" "`+strings.Repeat("k", 128)+`... (72 more bytes)" "v"]`) {
		t.Error(got)
	}
	if got := shortened(args); len(got) != 32 || got[31] != "... (11 more arguments)" {
		t.Error(got)
	}
	if got := p.Do("SLOWLOG GET -1"); !strings.Contains(got, `"SLOWLOG" "GET" "1"`) {
		t.Error(got)
	}
}

func TestLatency(t *testing.T) {
	p := started(t)
	p.Wants(
		"LATENCY LATEST", "[]",
		"LATENCY HISTORY none", "[]",
		"LATENCY RESET", "0",
		"SET k v", "+OK",
		"LATENCY HISTOGRAM none", "[]",
	)
	if got := p.Do("LATENCY HISTOGRAM set"); !strings.HasPrefix(got, `["set" ["calls" 1 "histogram_usec" [`) {
		t.Error(got)
	}
	if got := p.Do("LATENCY DOCTOR"); !strings.Contains(got, "is off") {
		t.Error(got)
	}
}
