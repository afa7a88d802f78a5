package script

import (
	"strings"
	"testing"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/list"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/tx"
)

func start(t testing.TB) *probe.Probe {
	t.Helper()
	return probe.New(t, Commands(), str.Commands(), list.Commands(), conn.Commands(), tx.Commands())
}

// eval runs a script with the key k and the argument v.
func eval(c *probe.Client, script string) string { return c.Send("EVAL", script, "1", "k", "v") }

// at is how an error in the first line of a script ends.
func at(script string) string { return " script: " + digest(script) + ", on @user_script:1." }

func TestConversions(t *testing.T) {
	p := start(t)
	three := p.Connect(t)
	three.Do("HELLO 3")
	for _, tt := range []struct{ script, two, three string }{
		{"return {1, 2.9, -3.7, 'x', true, {1, {2}}, nil, 5}", `[1 2 -3 "x" 1 [1 [2]]]`, `[1 2 -3 "x" 1 [1 [2]]]`},
		{"return false", "nil", "nil"},
		{"return nil", "nil", "nil"},
		{"return {ok='fine'}", "+fine", "+fine"},
		{"return {err='My Err'}", "-My Err", "-My Err"},
		{"return redis.error_reply('single')", "-ERR single", "-ERR single"},
		{"return redis.error_reply('-CODE text')", "-CODE text", "-CODE text"},
		{"return redis.status_reply('OK')", "+OK", "+OK"},
		{"return {double=1.5}", `"1.5"`, ",1.5"},
		{"return {big_number='123'}", `"123"`, "(123"},
		{"return {verbatim_string={string='hello', format='txt'}}", `"hello"`, `"txt:hello"`},
		{"return {map={a=1}}", `["a" 1]`, `{"a": 1}`},
		{"return {set={a=true}}", `["a"]`, `~["a"]`},
		{"redis.setresp(3) return true", "1", "#t"},
		{"redis.setresp(3) return false", "0", "#f"},
		{"redis.setresp(3) return type(redis.call('GET', 'none'))", `"nil"`, `"nil"`},
		{"return type(redis.call('GET', 'none'))", `"boolean"`, `"boolean"`},
		{"return redis.call('SET', KEYS[1], ARGV[1])", "+OK", "+OK"},
		{"return redis.call('GET', KEYS[1])", `"v"`, `"v"`},
		{"return 0/0", "-9223372036854775808", "-9223372036854775808"},
	} {
		if got := eval(p.Client, tt.script); got != tt.two {
			t.Errorf("RESP2: %s\n got %s\nwant %s", tt.script, got, tt.two)
		}
		if got := eval(three, tt.script); got != tt.three {
			t.Errorf("RESP3: %s\n got %s\nwant %s", tt.script, got, tt.three)
		}
	}
}

func TestErrors(t *testing.T) {
	p := start(t)
	p.Do("RPUSH l a")
	for script, want := range map[string]string{
		"return foo":                    "-ERR user_script:1: Script attempted to access nonexistent global variable 'foo'",
		"foo = 1":                       "-ERR user_script:1: Attempt to modify a readonly table",
		"redis.call = 1":                "-ERR user_script:1: Attempt to modify a readonly table",
		"rawset(_G, 'x', 1)":            "-ERR Attempt to modify a readonly table",
		"return redis.call('nope')":     "-ERR Unknown Redis command called from script",
		"return redis.call('GET')":      "-ERR Wrong number of args calling Redis command from script",
		"return redis.call('MULTI')":    "-ERR This Redis command is not allowed from script",
		"return redis.call()":           "-ERR Please specify at least one argument for this redis lib call",
		"return redis.call({})":         "-ERR Lua redis lib command arguments must be strings or integers",
		"return redis.call('GET', 'l')": "-WRONGTYPE Operation against a key holding the wrong kind of value",
		"error('boom')":                 "-ERR user_script:1: boom",
		"error({err='MINE x'})":         "-MINE x",
		"local x; return x.y":           "-ERR user_script:1: attempt to index a nil value",
		"return 1 + nil":                "-ERR user_script:1: attempt to perform arithmetic on a nil value",
		"return 'a' .. nil":             "-ERR user_script:1: attempt to concatenate a nil value",
	} {
		if got := eval(p.Client, script); got != want+at(script) {
			t.Errorf("%s\n got %s\nwant %s", script, got, want+at(script))
		}
	}
	for script, want := range map[string]string{
		"return redis.pcall('GET', 'l').err":     `"WRONGTYPE Operation against a key holding the wrong kind of value"`,
		"return {pcall(redis.call, 'GET', 'l')}": `[nil "WRONGTYPE Operation against a key holding the wrong kind of value"]`,
		"return redis.pcall('GET', 'l')":         "-WRONGTYPE Operation against a key holding the wrong kind of value",
		"return (": "-ERR Error compiling script (new function): " +
			"user_script:1: unexpected symbol near '<eof>'",
		"#!lua flags=bad\nreturn 1": "-ERR Unexpected flag in script shebang: bad",
		"#!lua name=x\nreturn 1":    "-ERR Unknown lua shebang option: name=x",
		"#!js\nreturn 1":            "-ERR Unexpected engine in script shebang: #!js",
		"#!lua":                     "-ERR Invalid script shebang",
	} {
		if got := eval(p.Client, script); got != want {
			t.Errorf("%s\n got %s\nwant %s", script, got, want)
		}
	}
	p.Wants(
		"EVAL 'return 1' x", "-ERR value is not an integer or out of range",
		"EVAL 'return 1' -1", "-ERR Number of keys can't be negative",
		"EVAL 'return 1' -9223372036854775808", "-ERR Number of keys can't be negative",
		"EVAL 'return 1' 1", "-ERR Number of keys can't be greater than number of args",
		"EVAL 'return 1' 9223372036854775807", "-ERR Number of keys can't be greater than number of args",
		"EVALSHA nope 0", "-NOSCRIPT No matching script. Please use EVAL.",
	)
}

func TestReadOnlyScriptsDoNotWrite(t *testing.T) {
	p := start(t)
	const refused = "-ERR Write commands are not allowed from read-only scripts."
	for command, script := range map[string]string{
		"EVAL_RO": "return redis.call('SET', 'k', 'v')",
		"EVAL":    "#!lua flags=no-writes\nreturn redis.call('SET', 'k', 'v')",
	} {
		if got := p.Send(command, script, "0"); !strings.HasPrefix(got, refused) {
			t.Errorf("%s: %s", command, got)
		}
	}
	got := p.Send("EVAL_RO", "#!lua\nreturn 1", "0")
	if got != "-ERR Can not execute a script with write flag using *_ro command." {
		t.Error(got)
	}
	p.Wants("EVAL_RO 'return redis.call(\"GET\", \"none\")' 0", "nil")
}

func TestScriptCommands(t *testing.T) {
	p := start(t)
	sha := `e0e1f9fabfc9d4800c877a703b823ac0578ff8db`
	p.Wants(
		"SCRIPT LOAD 'return 1'", `"`+sha+`"`,
		"SCRIPT EXISTS "+strings.ToUpper(sha)+" x", "[1 0]",
		"EVALSHA "+strings.ToUpper(sha)+" 0", "1",
		"EVALSHA_RO "+sha+" 0", "1",
		"SCRIPT SHOW "+sha, `"return 1"`,
		"SCRIPT SHOW x", "-NOSCRIPT No matching script. Please use EVAL.",
		"SCRIPT KILL", "-NOTBUSY No scripts in execution right now.",
		"SCRIPT FLUSH NOW", "-ERR SCRIPT FLUSH only support SYNC|ASYNC option",
		"SCRIPT FLUSH ASYNC", "+OK",
		"EVALSHA "+sha+" 0", "-NOSCRIPT No matching script. Please use EVAL.",
		"SCRIPT DEBUG NO", "+OK",
		"EVAL 'return redis.sha1hex(\"return 1\")' 0", `"`+sha+`"`,
		"EVAL 'redis.call(\"SELECT\", 3) return redis.call(\"SET\", \"a\", 1)' 0", "+OK",
		"GET a", "nil",
		"MULTI", "+OK", "EVAL 'return 1' 0", "+QUEUED", "EXEC", "[1]",
	)
}

func TestOldEvalsAreForgotten(t *testing.T) {
	p := start(t)
	p.Do("SCRIPT LOAD 'return -1'")
	for i := range maxEvals + 1 {
		p.Send("EVAL", "return "+strings.Repeat("1", i%15+1)+strings.Repeat(" ", i), "0")
	}
	p.Wants(
		"SCRIPT EXISTS "+digest("return 1")+" "+digest("return -1"), "[0 1]",
	)
}
