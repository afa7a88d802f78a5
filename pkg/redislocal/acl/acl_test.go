package acl

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/config"
	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/keys"
	"github.com/crashlab/crashlab/pkg/redislocal/list"
	"github.com/crashlab/crashlab/pkg/redislocal/pubsub"
	"github.com/crashlab/crashlab/pkg/redislocal/script"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/tx"
)

func started(t *testing.T) *probe.Probe {
	t.Helper()
	a := New()
	p := probe.New(t, a.Commands(), config.Commands(), conn.Commands(), keys.Commands(nil), list.Commands(),
		pubsub.Commands(), script.Commands(), str.Commands(), tx.Commands())
	p.Engine.Exclusive(func() { a.Attach(p.Engine) })
	return p
}

const hashOfPW = "30c952fab122c3f9759f02a6d95c3758b246b4fee239957b2d4fee46e26170c4"

func TestSetUser(t *testing.T) {
	p := started(t)
	modifier := func(word, why string) string { return "-ERR Error in ACL SETUSER modifier '" + word + "': " + why }
	p.Wants(
		"ACL LIST", `["user default on nopass sanitize-payload ~* &* +@all"]`,
		"ACL WHOAMI", `"default"`,
		"ACL SETUSER u", "+OK",
		"ACL GETUSER u", `["flags" ["off" "sanitize-payload"] "passwords" [] "commands" "-@all" "keys" "" "channels" "" `+
			`"selectors" []]`,
		"ACL SETUSER u on >pw ~a* %R~b* %W~c* &ch* +@string -get +config|get (+get ~x*) (+set %W~y)", "+OK",
		"ACL GETUSER u", `["flags" ["on" "sanitize-payload"] "passwords" ["`+hashOfPW+`"] "commands" `+
			`"-@all +@string -get +config|get" "keys" "~a* %R~b* %W~c*" "channels" "&ch*" "selectors" [["commands" `+
			`"-@all +get" "keys" "~x*" "channels" ""] ["commands" "-@all +set" "keys" "%W~y" "channels" ""]]]`,
		"ACL LIST", `["user default on nopass sanitize-payload ~* &* +@all" "user u on sanitize-payload #`+hashOfPW+
			` ~a* %R~b* %W~c* resetchannels &ch* -@all +@string -get +config|get (~x* resetchannels -@all +get) `+
			`(%W~y resetchannels -@all +set)"]`,
		"ACL USERS", `["default" "u"]`,
		"ACL SETUSER u +nope", modifier("+nope", "Unknown command or category name in ACL"),
		"ACL SETUSER u +@nope", modifier("+@nope", "Unknown command or category name in ACL"),
		"ACL SETUSER u +config|nope", modifier("+config|nope", "Unknown command or category name in ACL"),
		"ACL SETUSER u what", modifier("what", "Syntax error"),
		"ACL SETUSER u %X~a", modifier("%X~a", "Syntax error"),
		`ACL SETUSER u ""`, modifier("", "Syntax error"),
		"ACL SETUSER u <nope", modifier("<nope", string(errPassword)),
		"ACL SETUSER u #nope", modifier("#nope", string(errHash)),
		"ACL SETUSER u ~* ~b", modifier("~b", string(errAllKeys)),
		"ACL SETUSER u &* &b", modifier("&b", string(errAllChannels)),
		"ACL SETUSER u (+get", "-ERR Unmatched parenthesis in acl selector starting at '(+get'.",
		`ACL SETUSER "a b"`, "-ERR Usernames can't contain spaces or null characters",
		"ACL SETUSER u <pw !"+hashOfPW, modifier("!"+hashOfPW, string(errPassword)),
		"ACL SETUSER u reset", "+OK",
		"ACL GETUSER u", `["flags" ["off" "sanitize-payload"] "passwords" [] "commands" "-@all" "keys" "" "channels" "" `+
			`"selectors" []]`,
		"ACL GETUSER none", "nil",
		"ACL DELUSER default", "-ERR The 'default' user cannot be removed",
		"ACL DELUSER u none", "1",
		"ACL LOAD", p.Do("ACL SAVE"),
		"ACL CAT nope", "-ERR Unknown category 'nope'",
		"ACL GENPASS 4097", "-ERR ACL GENPASS argument must be the number of bits for the output password, a positive "+
			"number up to 4096",
		"ACL GENPASS -9223372036854775808", p.Do("ACL GENPASS 0"),
		"ACL what", "-ERR unknown subcommand 'what'. Try ACL HELP.",
	)
	if n := len(p.Do("ACL GENPASS 555")); n != 139+2 {
		t.Errorf("GENPASS 555 has %d digits", n-2)
	}
}

func TestPermissions(t *testing.T) {
	p := started(t)
	p.Wants("ACL SETUSER u on >pw +@all -config|set -@dangerous +config|get +select|0 ~own:* %R~read:* %W~write:* &ch:*",
		"+OK")
	u := p.Connect(t)
	noKey, noChannel := "-NOPERM No permissions to access a key", "-NOPERM No permissions to access a channel"
	noCommand := func(name string) string { return "-NOPERM User u has no permissions to run the '" + name + "' command" }
	u.Wants(
		"AUTH u wrong", "-WRONGPASS invalid username-password pair or user is disabled.",
		"AUTH u pw", "+OK",
		"ACL WHOAMI", `"u"`,
		"SET own:1 v", "+OK",
		"GET own:1", `"v"`,
		"GET other", noKey,
		"GET read:1", "nil",
		"SET read:1 v", noKey,
		"SET write:1 v", "+OK",
		"SET write:1 v GET", noKey,
		"GET write:1", noKey,
		"CONFIG GET hz", `["hz" "10"]`,
		"CONFIG SET hz 10", noCommand("config|set"),
		"ACL LIST", noCommand("acl|list"),
		"PUBLISH ch:1 m", "0",
		"PUBLISH other m", noChannel,
		"PSUBSCRIBE ch:1*", noChannel,
		"MULTI", "+OK",
		"GET other", noKey,
		"EXEC", "-EXECABORT Transaction discarded because of previous errors.",
		"SUBSCRIBE ch:1", `["subscribe" "ch:1" 1]`,
	)
	p.Wants(
		"ACL DRYRUN u get other", `"User u has no permissions to access the 'other' key"`,
		"ACL DRYRUN u publish other m", `"User u has no permissions to access the 'other' channel"`,
		"ACL DRYRUN u config set hz 1", `"User u has no permissions to run the 'config|set' command"`,
		"ACL DRYRUN u get own:1", "+OK",
		"ACL DRYRUN none get own:1", "-ERR User 'none' not found",
		"ACL DRYRUN u none own:1", "-ERR Command 'none' not found",
		"ACL DRYRUN u set k", "-ERR wrong number of arguments for 'set' command",
		"ACL SETUSER v on nopass (+get ~a) (+set ~b) +ping", "+OK",
		"ACL DRYRUN v get a", "+OK",
		"ACL DRYRUN v set b 1", "+OK",
		"ACL DRYRUN v get b", `"User v has no permissions to access the 'b' key"`,
		"ACL DRYRUN v publish b 1", `"User v has no permissions to run the 'publish' command"`,
	)
}

// Deleting a user, or taking a channel from it, ends its connections.
func TestWhoMayNoLongerIsDisconnected(t *testing.T) {
	p := started(t)
	p.Wants("ACL SETUSER u on nopass +@all ~* &*", "+OK")
	subscriber, other := p.Connect(t), p.Connect(t)
	subscriber.Wants("AUTH u x", "+OK", "SUBSCRIBE ch", `["subscribe" "ch" 1]`)
	other.Wants("AUTH u x", "+OK")
	p.Wants("ACL SETUSER u resetchannels", "+OK")
	waitFor(t, p, 2)
	p.Wants("ACL DELUSER u", "1")
	waitFor(t, p, 1)
}

func waitFor(t *testing.T, p *probe.Probe, clients int) {
	t.Helper()
	for range 1000 {
		n := 0
		p.Engine.Exclusive(func() { n = len(p.Engine.Clients()) })
		if n == clients {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Errorf("there are not %d clients", clients)
}

func TestThePasswordOfTheDefaultUser(t *testing.T) {
	p := started(t)
	p.Wants(
		"AUTH x", "-ERR AUTH <password> called without any password configured for the default user. "+
			"Are you sure your configuration is correct?",
		"AUTH default anything", "+OK",
		"CONFIG SET requirepass secret", "+OK",
	)
	c := p.Connect(t)
	c.Wants("GET k", "-NOAUTH Authentication required.", "AUTH secret", "+OK", "GET k", "nil",
		"CONFIG SET requirepass \"\"", "+OK")
	p.Connect(t).Wants("GET k", "nil")
	p.Wants("ACL SETUSER default off", "+OK")
	p.Connect(t).Wants("GET k", "-NOAUTH Authentication required.")
}

func TestLog(t *testing.T) {
	p := started(t)
	p.Wants("ACL SETUSER u on nopass +get ~own", "+OK")
	u := p.Connect(t)
	u.Do("AUTH u x")
	for range 3 {
		u.Do("GET other")
	}
	u.Do("SET own v")
	u.Do("AUTH none x")
	for count, want := range map[string]int{"": 3, "2": 2, "0": 0, "-5": 0} {
		if got := strings.Count(p.Do("ACL LOG "+count), `"reason"`); got != want {
			t.Errorf("ACL LOG %s has %d entries, want %d", count, got, want)
		}
	}
	got := p.Do("ACL LOG")
	for _, want := range []string{
		`["count" 1 "reason" "auth" "context" "toplevel" "object" "AUTH" "username" "none" "age-seconds" "0"`,
		`["count" 1 "reason" "command" "context" "toplevel" "object" "set" "username" "u"`,
		`["count" 3 "reason" "key" "context" "toplevel" "object" "other" "username" "u"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%s\nhas no %s", got, want)
		}
	}
	p.Wants("ACL LOG x", "-ERR value is not an integer or out of range", "ACL LOG RESET", "+OK", "ACL LOG", "[]")
}

func TestRulesAreBounded(t *testing.T) {
	p := started(t)
	args := []string{"ACL", "SETUSER", "u"}
	for range maxRules + 2 {
		args = append(args, fmt.Sprintf("~%d", len(args)))
	}
	if got := p.Send(args...); !strings.HasSuffix(got, string(errTooMany)) {
		t.Error(got)
	}
}

// What a script may not do is an error of the script's, and logged as such.
func TestScripts(t *testing.T) {
	p := started(t)
	p.Wants(
		"ACL SETUSER default -get resetkeys ~k* resetchannels", "+OK",
		`EVAL "return redis.pcall('GET', 'k')" 0`,
		"-ERR ACL failure in script: User default has no permissions to run the 'get' command",
		`EVAL "return redis.pcall('SET', 'other', 1)" 0`, "-ERR ACL failure in script: No permissions to access a key",
		`EVAL "return redis.pcall('PUBLISH', 'ch', 1)" 0`,
		"-ERR ACL failure in script: No permissions to access a channel",
		`EVAL "return redis.call('SET', 'k', 1)" 0`, "+OK",
	)
	got := p.Send("EVAL", "return redis.call('GET', 'k')", "0")
	if !strings.Contains(got, "to run the 'get' command script: ") {
		t.Error(got)
	}
	if log := p.Do("ACL LOG 1"); !strings.Contains(log, `"context" "lua" "object" "get"`) {
		t.Error(log)
	}
}

// EXEC refuses what was taken from its user after it was queued.
func TestRulesThatChangeBeforeExec(t *testing.T) {
	p := started(t)
	admin := p.Connect(t)
	admin.Wants("ACL SETUSER admin on nopass +@all ~*", "+OK", "AUTH admin x", "+OK")
	const late = "-NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. " +
		"This command is no longer allowed for the following reason: "
	for _, tt := range []struct{ rules, reason string }{
		{"-get", "no permission to execute the command or subcommand"},
		{"resetkeys ~other", "no permission to touch the specified keys"},
		{"resetchannels", "no permission to access one of the channels used as arguments to the command"},
	} {
		p.Wants("MULTI", "+OK", "GET k", "+QUEUED", "PUBLISH ch m", "+QUEUED")
		admin.Do("ACL SETUSER default " + tt.rules)
		if got := p.Do("EXEC"); !strings.Contains(got, late+tt.reason) {
			t.Errorf("%s: %s", tt.rules, got)
		}
		if log := admin.Do("ACL LOG 1"); !strings.Contains(log, `"context" "multi"`) {
			t.Error(log)
		}
		admin.Do("ACL SETUSER default +@all allkeys allchannels")
	}
}

// SORT follows a pattern only for who may read every key.
func TestSortPatterns(t *testing.T) {
	p := started(t)
	const by, get = "-ERR BY option of SORT denied due to insufficient ACL permissions.",
		"-ERR GET option of SORT denied due to insufficient ACL permissions."
	p.Do("RPUSH l 1")
	for _, tt := range []struct{ rules, by, get string }{
		{"resetkeys ~*", `["1"]`, "[nil]"},
		{"resetkeys ~l ~w* ~v*", by, get},
		{"resetkeys ~l %W~*", by, get},
		{"resetkeys %R~* ~l", `["1"]`, "[nil]"},
		{"resetkeys ~l (+@all ~*)", `["1"]`, "[nil]"},
		{"clearselectors resetkeys ~l (+get ~*)", by, get},
	} {
		p.Do("ACL SETUSER default " + tt.rules)
		p.Wants("SORT l BY w*", tt.by, "SORT_RO l BY w*", tt.by, "SORT l GET v*", tt.get, "SORT l BY none", `["1"]`)
	}
	p.Wants("SORT l GET #", get)
}
