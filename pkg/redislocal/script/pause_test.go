package script

import (
	"strings"
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/client"
	"github.com/crashlab/crashlab/pkg/redislocal/hll"
	"github.com/crashlab/crashlab/pkg/redislocal/internal/probe"
	"github.com/crashlab/crashlab/pkg/redislocal/pubsub"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
	"github.com/crashlab/crashlab/pkg/redislocal/tx"
)

// CLIENT PAUSE WRITE holds up scripts that may write, and lets those through that have said they do not.
func TestPausedScripts(t *testing.T) {
	p := probe.New(t, Commands(), str.Commands(), tx.Commands(), hll.Commands(), pubsub.Commands(),
		client.New().Commands())
	p.Send("FUNCTION", "LOAD", "#!lua name=l\n"+
		"redis.register_function('w', function() return 1 end)\n"+
		"redis.register_function{function_name='r', callback=function() return 2 end, flags={'no-writes'}}")
	const writes, reads = "#!lua\nreturn 1", "#!lua flags=no-writes\nreturn 2"
	p.Send("SCRIPT", "LOAD", writes)
	p.Send("SCRIPT", "LOAD", reads)
	for _, tt := range []struct {
		request []string
		held    bool
	}{
		{[]string{"EVAL", "return 1", "0"}, true},
		{[]string{"EVAL", writes, "0"}, true},
		{[]string{"EVAL", reads, "0"}, false},
		{[]string{"EVAL", "#!lua flags=what\nreturn 1", "0"}, true},
		{[]string{"EVAL_RO", "return 1", "0"}, false},
		{[]string{"EVALSHA", digest(writes), "0"}, true},
		{[]string{"EVALSHA", digest(reads), "0"}, false},
		{[]string{"EVALSHA", "none", "0"}, true},
		{[]string{"EVALSHA_RO", digest(reads), "0"}, false},
		{[]string{"FCALL", "w", "0"}, true},
		{[]string{"FCALL", "r", "0"}, false},
		{[]string{"FCALL", "none", "0"}, true},
		{[]string{"FCALL_RO", "r", "0"}, false},
		{[]string{"PFCOUNT", "k"}, true},
		{[]string{"PUBLISH", "ch", "m"}, true},
		{[]string{"GET", "k"}, false},
	} {
		wantHeld(t, p, tt.held, tt.request...)
	}
	if got := p.Send("EVAL_RO", "return redis.call('PUBLISH', 'ch', 'm')", "0"); !strings.HasPrefix(got, "-ERR Write") {
		t.Error(got)
	}
	p.Wants("MULTI", "+OK", "EVAL_RO 'return 1' 0", "+QUEUED", "CLIENT PAUSE 1000 WRITE", "+QUEUED", "EXEC", "[1 +OK]",
		"MULTI", "+OK", "GET k", "+QUEUED", "EXEC", "[nil]", "CLIENT UNPAUSE", "+OK")
	p.Wants("MULTI", "+OK", "EVAL 'return 1' 0", "+QUEUED")
	wantHeld(t, p, true, "EXEC")
}

// wantHeld fails unless a request that is sent while writes are paused waits for the end of the pause, or does not.
func wantHeld(t *testing.T, p *probe.Probe, want bool, request ...string) {
	t.Helper()
	other := p.Connect(t)
	other.Do("CLIENT PAUSE 100000 WRITE")
	p.Start(request...)
	done := make(chan struct{})
	go func() {
		p.Receive()
		close(done)
	}()
	soon := 10 * time.Second
	if want {
		soon = 10 * time.Millisecond // a request that should be held up is not held up for long where it passes
	}
	select {
	case <-done:
		if want {
			t.Errorf("%q is not held up", request)
		}
	case <-time.After(soon):
		if !want {
			t.Errorf("%q is held up", request)
		}
	}
	other.Do("CLIENT UNPAUSE")
	<-done
}
