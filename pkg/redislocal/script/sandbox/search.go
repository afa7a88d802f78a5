package sandbox

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

func (vm *VM) strFind(l *lua.LState) int  { return vm.find(l, true) }
func (vm *VM) strMatch(l *lua.LState) int { return vm.find(l, false) }

func (vm *VM) find(l *lua.LState, positions bool) int {
	s, p := check(l, 1), check(l, 2)
	from := optional(l, 3, 1)
	if from < 0 {
		from += int64(len(s)) + 1
	}
	init := int(min(max(from-1, 0), int64(len(s))))
	if positions && (l.ToBool(4) || !strings.ContainsAny(p, "^$*+?.([%-")) {
		vm.step(l, (len(s)-init)>>6)
		at := strings.Index(s[init:], p)
		if at < 0 {
			l.Push(lua.LNil)
			return 1
		}
		l.Push(lua.LNumber(init + at + 1))
		l.Push(lua.LNumber(init + at + len(p)))
		return 2
	}
	p, anchored := strings.CutPrefix(p, "^")
	m := &matcher{vm: vm, l: l, s: s, p: p}
	for si := init; si <= len(s); si++ {
		m.level = 0
		if end := m.match(si, 0); end >= 0 {
			if !positions {
				return m.results(si, end)
			}
			l.Push(lua.LNumber(si + 1))
			l.Push(lua.LNumber(end))
			if m.level == 0 {
				return 2
			}
			return 2 + m.results(si, end)
		}
		if anchored {
			break
		}
	}
	l.Push(lua.LNil)
	return 1
}

func (vm *VM) strGmatch(l *lua.LState) int {
	s, p := check(l, 1), check(l, 2)
	at := 0
	l.Push(l.NewFunction(func(l *lua.LState) int {
		m := &matcher{vm: vm, l: l, s: s, p: p}
		for si := at; si <= len(s); si++ {
			m.level = 0
			end := m.match(si, 0)
			if end < 0 {
				continue
			}
			if at = end; end == si {
				at++
			}
			return m.results(si, end)
		}
		at = len(s) + 1
		return 0
	}))
	return 1
}

func (vm *VM) strGsub(l *lua.LState) int {
	s, p := check(l, 1), check(l, 2)
	with := l.Get(3)
	switch with.Type() {
	case lua.LTNumber, lua.LTString, lua.LTTable, lua.LTFunction:
	default:
		l.ArgError(3, "string/function/table expected")
	}
	most := optional(l, 4, int64(len(s))+1)
	p, anchored := strings.CutPrefix(p, "^")
	m := &matcher{vm: vm, l: l, s: s, p: p}
	var b []byte
	n, si := int64(0), 0
	for n < most {
		m.level = 0
		end := m.match(si, 0)
		if end >= 0 {
			n++
			was := len(b)
			b = vm.replaced(b, m, with, si, end)
			vm.room(l, len(b), len(b)-was)
		}
		switch {
		case end > si:
			si = end
		case si < len(s):
			b = append(b, s[si])
			si++
		default:
			si++
		}
		if anchored || si > len(s) {
			break
		}
	}
	b = append(b, s[min(si, len(s)):]...)
	l.Push(lua.LString(b))
	l.Push(lua.LNumber(n))
	return 2
}

// room fails if a string that grows piece by piece is too long. It is looked at each time it is large again.
func (vm *VM) room(l *lua.LState, size, more int) {
	if (size-more)/large != size/large {
		vm.grow(l, size)
	}
}

// replaced appends what a match is replaced with.
func (vm *VM) replaced(b []byte, m *matcher, with lua.LValue, start, end int) []byte {
	var v lua.LValue
	switch with := with.(type) {
	case *lua.LTable:
		v = m.l.GetTable(with, m.captured(0, start, end))
	case *lua.LFunction:
		args := make([]lua.LValue, max(m.level, 1))
		for i := range args {
			args[i] = m.captured(i, start, end)
		}
		v = vm.call(m.l, with, args...)
	default:
		return vm.template(b, m, vm.text(with), start, end)
	}
	switch v := v.(type) {
	case lua.LString:
		return append(b, v...)
	case lua.LNumber:
		return append(b, Number(float64(v))...)
	}
	if lua.LVAsBool(v) {
		m.fail("invalid replacement value (a " + v.Type().String() + ")")
	}
	return append(b, m.s[start:end]...)
}

// template appends a replacement with %0 to %9 in it.
func (vm *VM) template(b []byte, m *matcher, with string, start, end int) []byte {
	for i := 0; i < len(with); i++ {
		switch c := with[i]; {
		case c != '%':
			b = append(b, c)
			continue
		case i+1 == len(with):
			return append(b, 0) // as Lua does, whose strings end so
		}
		i++
		was := len(b)
		switch c := with[i]; {
		case c == '0':
			b = append(b, m.s[start:end]...)
		case c >= '1' && c <= '9':
			b = append(b, vm.text(m.captured(int(c-'1'), start, end))...)
		default:
			b = append(b, c)
		}
		vm.room(m.l, len(b), len(b)-was)
	}
	return b
}
