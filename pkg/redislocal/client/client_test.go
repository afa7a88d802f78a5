package client

import (
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/conn"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/pubsub"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/tx"
)

func started(t *testing.T) *probe.Probe {
	t.Helper()
	s := New()
	p := probe.New(t, s.Commands(), conn.Commands(), pubsub.Commands(), str.Commands(), tx.Commands())
	p.Engine.Exclusive(func() { s.Attach(p.Engine) })
	return p
}

func three(t *testing.T, p *probe.Probe) *probe.Client {
	t.Helper()
	c := p.Connect(t)
	c.Do("HELLO 3")
	return c
}

func TestNames(t *testing.T) {
	p := started(t)
	p.Wants(
		"CLIENT ID", "1",
		"CLIENT GETNAME", "nil",
		"CLIENT SETNAME worker", "+OK",
		"CLIENT GETNAME", `"worker"`,
		`CLIENT SETNAME "a b"`, "-ERR Client names cannot contain spaces, newlines or special characters.",
		"CLIENT SETINFO LIB-NAME lib", "+OK",
		"CLIENT SETINFO lib-ver 1.0", "+OK",
		`CLIENT SETINFO lib-ver "1 0"`, "-ERR lib-ver cannot contain spaces, newlines or special characters.",
		"CLIENT SETINFO what 1", "-ERR Unrecognized option 'what'",
		"CLIENT NO-EVICT ON", "+OK",
		"CLIENT NO-TOUCH what", "-ERR syntax error",
		"CLIENT what", "-ERR unknown subcommand 'what'. Try CLIENT HELP.",
		`CLIENT SETNAME ""`, "+OK",
		"CLIENT GETNAME", "nil",
	)
	got := p.Do("CLIENT INFO")
	for _, want := range []string{"id=1 ", "flags=e ", "lib-name=lib lib-ver=1.0", "resp=2", "cmd=client|info"} {
		if !strings.Contains(got, want) {
			t.Errorf("%s has no %s", got, want)
		}
	}
}

func TestList(t *testing.T) {
	p := started(t)
	s := p.Connect(t)
	s.Do("SUBSCRIBE a")
	ids := func(line string) string {
		var found []string
		for _, one := range strings.Split(strings.Trim(p.Do(line), `"`), `\n`) {
			if name, _, ok := strings.Cut(one, " "); ok {
				found = append(found, name)
			}
		}
		return strings.Join(found, " ")
	}
	for line, want := range map[string]string{
		"CLIENT LIST": "id=1 id=2", "CLIENT LIST TYPE pubsub": "id=2", "CLIENT LIST TYPE normal": "id=1",
		"CLIENT LIST TYPE replica": "", "CLIENT LIST ID 2 7 1": "id=2 id=1",
	} {
		if got := ids(line); got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
	p.Wants(
		"CLIENT LIST TYPE what", "-ERR Unknown client type 'what'",
		"CLIENT LIST ID x", "-ERR Invalid client ID",
		"CLIENT LIST what", "-ERR syntax error",
	)
}

func TestKill(t *testing.T) {
	p := started(t)
	p.Connect(t).Do("CLIENT SETNAME other")
	p.Wants(
		"CLIENT KILL 1.2.3.4:5", "-ERR No such client",
		"CLIENT KILL ID 0", "-ERR client-id should be greater than 0",
		"CLIENT KILL ID 77", "0",
		"CLIENT KILL TYPE what", "-ERR Unknown client type 'what'",
		"CLIENT KILL MAXAGE -1", "-ERR maxage should be greater than 0",
		"CLIENT KILL SKIPME maybe ID 1", "-ERR syntax error",
		"CLIENT KILL ID 2 SKIPME", "-ERR syntax error",
		"CLIENT KILL ID 1", "0", // oneself is skipped
		"CLIENT KILL ID 2 TYPE pubsub", "0",
		"CLIENT KILL ID 2 TYPE normal USER default MAXAGE 9223372036854775807", "0",
		"CLIENT KILL ID 2 TYPE normal USER default", "1",
		"CLIENT LIST ID 2", `""`,
		"CLIENT KILL ID 1 SKIPME no", "1",
	)
}

// A pause holds up what it says, and ends by itself or by UNPAUSE.
func TestPause(t *testing.T) {
	p := started(t)
	p.Wants(
		"CLIENT PAUSE x", "-ERR timeout is not an integer or out of range",
		"CLIENT PAUSE -1", "-ERR timeout is negative",
		"CLIENT PAUSE 9223372036854775807", "-ERR timeout is out of range",
		"CLIENT PAUSE 1 what", "-ERR CLIENT PAUSE mode must be WRITE or ALL",
		"CLIENT PAUSE 1000 WRITE", "+OK",
		"GET k", "nil",
	)
	writer := p.Connect(t)
	writer.Start("SET", "k", "v")
	p.Wants("GET k", "nil", "CLIENT UNPAUSE", "+OK")
	if got := writer.Receive(); got != "+OK" {
		t.Error(got)
	}
	p.Wants("CLIENT PAUSE 1000", "+OK")
	writer.Start("GET", "k")
	p.Clock.Advance(time.Second)
	if got := writer.Receive(); got != `"v"` {
		t.Error(got)
	}
}

func TestReply(t *testing.T) {
	p := started(t)
	p.Start("CLIENT", "REPLY", "OFF")
	p.Start("SET", "k", "v")
	p.Wants("CLIENT REPLY ON", "+OK", "CLIENT REPLY what", "-ERR syntax error")
	p.Start("CLIENT", "REPLY", "SKIP")
	p.Start("GET", "k")
	p.Wants("GET none", "nil", "CLIENT UNBLOCK 1", "0", "CLIENT UNBLOCK x", "-ERR value is not an integer or out of range",
		"CLIENT UNBLOCK 1 what", "-ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR")
}

func TestTrackingErrors(t *testing.T) {
	p := started(t)
	p.Wants(
		"CLIENT GETREDIR", "-1",
		"CLIENT TRACKINGINFO", `["flags" ["off"] "redirect" -1 "prefixes" []]`,
		"CLIENT TRACKING maybe", "-ERR syntax error",
		"CLIENT TRACKING ON REDIRECT 77", "-ERR The client ID you want redirect to does not exist",
		"CLIENT TRACKING ON PREFIX a", "-ERR PREFIX option requires BCAST mode to be enabled",
		"CLIENT TRACKING ON BCAST OPTIN", "-ERR OPTIN and OPTOUT are not compatible with BCAST",
		"CLIENT TRACKING ON OPTOUT OPTIN", "-ERR You can't specify both OPTIN mode and OPTOUT mode",
		"CLIENT TRACKING ON BCAST PREFIX a PREFIX ab", "-ERR Prefix 'a' overlaps with another provided prefix 'ab'. "+
			"Prefixes for a single client must not overlap.",
		"CLIENT CACHING YES", "-ERR CLIENT CACHING can be called only when the client is in tracking mode with OPTIN or "+
			"OPTOUT mode enabled",
		"CLIENT TRACKING ON OPTIN", "+OK",
		"CLIENT CACHING NO",
		"-ERR CLIENT CACHING NO is only valid when tracking is enabled in OPTOUT mode.",
		"CLIENT TRACKING ON BCAST", "-ERR You can't switch BCAST mode on/off before disabling tracking for this client, "+
			"and then re-enabling it with a different mode.",
		"CLIENT CACHING YES", "+OK",
		"CLIENT TRACKINGINFO", `["flags" ["on" "optin" "caching-yes"] "redirect" 0 "prefixes" []]`,
		"CLIENT GETREDIR", "0",
		"CLIENT TRACKING OFF", "+OK",
		"CLIENT GETREDIR", "-1",
		"CLIENT TRACKING ON BCAST PREFIX a PREFIX b NOLOOP", "+OK",
		"CLIENT TRACKING ON BCAST PREFIX abc", "-ERR Prefix 'abc' overlaps with an existing prefix 'a'. "+
			"Prefixes for a single client must not overlap.",
		"CLIENT TRACKINGINFO", `["flags" ["on" "bcast" "noloop"] "redirect" 0 "prefixes" ["a" "b"]]`,
	)
}

func TestAReaderIsToldOnce(t *testing.T) {
	p := started(t)
	c := three(t, p)
	c.Wants("CLIENT TRACKING ON", "+OK", "GET k", "nil", "GET l", "nil")
	p.Wants("SET k v", "+OK", "SET k w", "+OK")
	if got := c.Receive(); got != `>["invalidate" ["k"]]` {
		t.Error(got)
	}
	// Its own change is told after the reply.
	c.Wants("SET l v", "+OK")
	if got := c.Receive(); got != `>["invalidate" ["l"]]` {
		t.Error(got)
	}
	c.Wants("GET k", `"w"`)
	p.Wants("SET k x PX 10", "+OK")
	if got := c.Receive(); got != `>["invalidate" ["k"]]` {
		t.Error(got)
	}
	c.Wants("GET k", `"x"`)
	if err := p.Clock.BlockUntilContext(t.Context(), 1); err != nil { // the cycle sleeps
		t.Fatal(err)
	}
	p.Clock.Advance(200 * time.Millisecond)
	if got := c.Receive(); got != `>["invalidate" ["k"]]` {
		t.Error(got)
	}
	c.Wants("GET k", "nil")
	p.Engine.Exclusive(func() { p.Engine.Flush(p.Engine.DB(0)) })
	if got := c.Receive(); got != `>["invalidate" nil]` {
		t.Error(got)
	}
	c.Wants("CLIENT TRACKING OFF", "+OK", "GET k", "nil")
	p.Wants("SET k v", "+OK")
	c.Wants("GET k", `"v"`)
}

func TestOptInAndOut(t *testing.T) {
	p := started(t)
	in, out := three(t, p), three(t, p)
	in.Wants("CLIENT TRACKING ON OPTIN", "+OK", "GET a", "nil", "CLIENT CACHING YES", "+OK", "GET b", "nil",
		"GET c", "nil")
	out.Wants("CLIENT TRACKING ON OPTOUT", "+OK", "CLIENT CACHING NO", "+OK", "GET a", "nil", "GET b", "nil")
	p.Wants("SET a 1", "+OK", "SET b 1", "+OK", "SET c 1", "+OK")
	for _, c := range []*probe.Client{in, out} {
		if got := c.Receive(); got != `>["invalidate" ["b"]]` {
			t.Error(got)
		}
	}
	in.Wants("CLIENT CACHING YES", "+OK", "MULTI", "+OK", "GET a", "+QUEUED", "EXEC", `["1"]`, "GET b", `"1"`)
	p.Wants("SET b 2", "+OK", "SET a 2", "+OK")
	if got := in.Receive(); got != `>["invalidate" ["a"]]` {
		t.Error(got)
	}
}

func TestBroadcast(t *testing.T) {
	p := started(t)
	c, quiet := three(t, p), three(t, p)
	c.Wants("CLIENT TRACKING ON BCAST PREFIX a PREFIX b", "+OK")
	quiet.Wants("CLIENT TRACKING ON BCAST NOLOOP", "+OK")
	p.Wants("MULTI", "+OK", "SET a1 1", "+QUEUED", "SET b1 1", "+QUEUED", "SET a2 1", "+QUEUED", "SET a1 2", "+QUEUED",
		"SET c 1", "+QUEUED", "EXEC", "[+OK +OK +OK +OK +OK]")
	for _, want := range []string{`>["invalidate" ["a1" "a2"]]`, `>["invalidate" ["b1"]]`} {
		if got := c.Receive(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if got := quiet.Receive(); got != `>["invalidate" ["a1" "b1" "a2" "c"]]` {
		t.Error(got)
	}
	quiet.Wants("SET own 1", "+OK", "GET own", `"1"`)
}

func TestRedirect(t *testing.T) {
	p := started(t)
	to := p.Connect(t)
	to.Wants("CLIENT ID", "2", "SUBSCRIBE __redis__:invalidate", `["subscribe" "__redis__:invalidate" 1]`)
	p.Wants("CLIENT TRACKING ON REDIRECT 2", "+OK", "GET k", "nil", "SET k v", "+OK", "CLIENT GETREDIR", "2")
	if got := to.Receive(); got != `["message" "__redis__:invalidate" ["k"]]` {
		t.Error(got)
	}
	to.Wants("QUIT", "+OK")
	for p.Do("CLIENT LIST ID 2") != `""` {
		continue
	}
	p.Wants("GET k", `"v"`, "SET k w", "+OK",
		"CLIENT TRACKINGINFO", `["flags" ["on" "broken_redirect"] "redirect" 2 "prefixes" []]`)
}
