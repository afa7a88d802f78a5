package list

import (
	"testing"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func TestABlockedClientIsServed(t *testing.T) {
	for _, c := range []struct{ wait, push, want string }{
		{"BLPOP l m 0", "RPUSH m a b", `["m" "a"]`},
		{"BRPOP l m 0", "RPUSH m a b", `["m" "b"]`},
		{"BLMOVE l m LEFT RIGHT 0", "RPUSH l a b", `"a"`},
		{"BRPOPLPUSH l m 0", "RPUSH l a b", `"b"`},
		{"BLMPOP 0 2 l m LEFT COUNT 3", "RPUSH m a b", `["m" ["a" "b"]]`},
	} {
		t.Run(c.wait, func(t *testing.T) {
			p := started(t)
			other := p.Connect(t)
			p.Block(p.Client, c.wait)
			other.Wants(
				"SET l x", "+OK", // of another type: not what is waited for
				"MULTI", "+OK",
				"SET l x", "+QUEUED",
				"EXEC", "[+OK]",
			)
			other.Wants("SET l x PX 1", "+OK")
			p.Clock.Advance(time.Millisecond)
			other.Do(c.push)
			if got := p.Receive(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestTheFirstToComeIsServedFirst(t *testing.T) {
	p := started(t)
	second, third := p.Connect(t), p.Connect(t)
	p.Block(p.Client, "BLPOP l 0")
	p.Block(second, "BLPOP l 0")
	third.Wants("RPUSH l a", "1")
	if got := p.Receive(); got != `["l" "a"]` {
		t.Errorf("first: %s", got)
	}
	third.Wants("RPUSH l b", "1")
	if got := second.Receive(); got != `["l" "b"]` {
		t.Errorf("second: %s", got)
	}
}

func TestAWaitMayTriggerAnother(t *testing.T) {
	p := started(t)
	second, third := p.Connect(t), p.Connect(t)
	p.Block(p.Client, "BLPOP c 0")
	p.Block(second, "BLMOVE a c LEFT LEFT 0")
	third.Wants("RPUSH a x", "1")
	if got := p.Receive(); got != `["c" "x"]` {
		t.Errorf("got %s", got)
	}
	if got := second.Receive(); got != `"x"` {
		t.Errorf("got %s", got)
	}
}

func TestAWaitEnds(t *testing.T) {
	for _, hello := range []string{"2", "3"} {
		for wait, now := range map[string]string{
			"BLPOP l 0.5": "*", "BLMOVE l m LEFT LEFT 0.5": "$", "BRPOPLPUSH l m 0.5": "$", "BLMPOP 0.5 1 l LEFT": "*",
		} {
			p := started(t)
			p.Do("HELLO " + hello)
			p.Do("MULTI")
			p.Do(wait)
			inMulti, late := map[string]string{"*": "[nil[]]", "$": "[nil]"}[now], "nil[]"
			if hello == "3" {
				inMulti, late = "[nil]", "nil"
			}
			p.Wants("EXEC", inMulti)
			p.Block(p.Client, wait)
			if err := p.Clock.BlockUntilContext(t.Context(), 1); err != nil {
				t.Fatal(err)
			}
			p.Clock.Advance(time.Second / 2)
			if got := p.Receive(); got != late {
				t.Errorf("RESP%s %s: got %s, want %s", hello, wait, got, late)
			}
		}
	}
}

func TestBadTimeouts(t *testing.T) {
	started(t).Wants(
		"BLPOP l -1", "-"+string(engine.ErrNegative),
		"BLPOP l a", "-"+string(engine.ErrTimeout),
		"BLMPOP a 1 l LEFT", "-"+string(engine.ErrTimeout),
		"BLMPOP a 0 l LEFT", "-ERR numkeys should be greater than 0",
		"SET s v", "+OK",
		"BLPOP l s 0", "-"+string(engine.ErrType),
	)
}
