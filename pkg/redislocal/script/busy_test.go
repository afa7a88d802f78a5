package script

import (
	"strings"
	"testing"
	"time"
)

const forever = "while true do end"

func TestAStuckScriptIsKilled(t *testing.T) {
	for name, script := range map[string]string{
		"loop":        forever,
		"pcall":       "while true do pcall(function() while true do end end) end",
		"coroutine":   "local f = coroutine.wrap(function() while true do end end) while true do pcall(f) end",
		"pattern":     "return string.find(string.rep('a', 1e6), string.rep('a-', 200) .. 'b')",
		"replacement": "return string.gsub(string.rep('x', 1e6), '.-.-.-.-y', '')",
		"sort": "local t = {} for i = 1, 1e5 do t[i] = i % 7 end " +
			"while true do table.sort(t, function(a, b) return a < b end) end",
		"load": "while true do load(function() return ' ' end) end",
	} {
		t.Run(name, func(t *testing.T) {
			p := start(t)
			p.Engine.Exclusive(func() { p.Engine.Config.Set("busy-reply-threshold", "20") })
			other := p.Connect(t)
			p.Start("EVAL", script, "0")
			got := other.Do("GET k")
			for !strings.HasPrefix(got, "-BUSY") {
				got = other.Do("GET k")
			}
			if got != "-"+string(errBusyScript) {
				t.Error(got)
			}
			other.Wants("FUNCTION KILL", "-"+string(errBusyScript), "SCRIPT KILL", "+OK")
			if got := p.Receive(); !strings.HasPrefix(got, "-ERR Script killed by user with SCRIPT KILL...") {
				t.Error(got)
			}
			other.Wants("GET k", "nil", "EVAL 'return 1' 0", "1")
		})
	}
}

func TestAScriptThatHasWrittenIsNotKilled(t *testing.T) {
	p := start(t)
	p.Engine.Exclusive(func() { p.Engine.Config.Set("lua-time-limit", "20") })
	other := p.Connect(t)
	p.Start("EVAL", "redis.call('SET', 'k', 'v') for i = 1, 3e6 do end return 'done'", "0")
	for !strings.HasPrefix(other.Do("GET k"), "-BUSY") {
		time.Sleep(time.Millisecond)
	}
	other.Wants("SCRIPT KILL", "-"+string(errUnkillable))
	if got := p.Receive(); got != `"done"` {
		t.Error(got)
	}
}
