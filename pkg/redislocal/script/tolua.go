package script

import (
	"strconv"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// parser turns a reply of a command into a value. The reply is ours: it is well formed.
type parser struct {
	l *lua.LState
	s string
}

// line takes the next line off: its type and its text.
func (p *parser) line() (byte, string) {
	end := strings.Index(p.s, "\r\n")
	kind, text := p.s[0], p.s[1:end]
	p.s = p.s[end+2:]
	return kind, text
}

func (p *parser) value() lua.LValue {
	kind, text := p.line()
	switch kind {
	case ':':
		n, _ := strconv.ParseInt(text, 10, 64)
		return lua.LNumber(n)
	case '+':
		return p.field("ok", lua.LString(text))
	case '-':
		t := p.field("err", lua.LString(text))
		t.RawSetString("ignore_error_stats_update", lua.LTrue)
		return t
	case ',':
		f, _ := strconv.ParseFloat(text, 64)
		return p.field("double", lua.LNumber(f))
	case '(':
		return p.field("big_number", lua.LString(text))
	case '#':
		return lua.LBool(text == "t")
	case '_':
		return lua.LNil
	}
	n, _ := strconv.Atoi(text)
	switch kind {
	case '$', '=':
		if n < 0 {
			return lua.LFalse
		}
		s := p.s[:n]
		p.s = p.s[n+2:]
		if kind == '$' {
			return lua.LString(s)
		}
		t := p.field("string", lua.LString(s[4:]))
		t.RawSetString("format", lua.LString(s[:3]))
		return p.field("verbatim_string", t)
	case '%':
		t := p.l.NewTable()
		for range n {
			key := p.value()
			if value := p.value(); key != lua.LNil {
				t.RawSet(key, value)
			}
		}
		return p.field("map", t)
	case '~':
		t := p.l.NewTable()
		for range n {
			if key := p.value(); key != lua.LNil {
				t.RawSet(key, lua.LTrue)
			}
		}
		return p.field("set", t)
	}
	if n < 0 {
		return lua.LFalse
	}
	t := p.l.CreateTable(n, 0)
	for i := 1; i <= n; i++ {
		if v := p.value(); v != lua.LNil {
			t.RawSetInt(i, v)
		}
	}
	return t
}

// field returns a table with one field.
func (p *parser) field(name string, v lua.LValue) *lua.LTable {
	t := p.l.NewTable()
	t.RawSetString(name, v)
	return t
}
