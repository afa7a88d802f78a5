package sandbox

import (
	"math"
	"strconv"

	lua "github.com/yuin/gopher-lua"
)

// encoder writes JSON.
type encoder struct {
	vm    *VM
	l     *lua.LState
	cfg   *cjsonConfig
	b     []byte
	depth int
}

func (vm *VM) jsonEncode(l *lua.LState, cfg *cjsonConfig) int {
	if l.GetTop() != 1 {
		l.ArgError(1, "expected 1 argument")
	}
	e := &encoder{vm: vm, l: l, cfg: cfg}
	e.value(l.Get(1))
	return vm.push(l, string(e.b))
}

func (e *encoder) refuse(v lua.LValue, why string) {
	e.l.RaiseError("Cannot serialise %s: %s", v.Type().String(), why) //nolint:misspell // cjson's word
}

func (e *encoder) value(v lua.LValue) {
	e.vm.step(e.l, 1)
	was := len(e.b)
	switch v := v.(type) {
	case lua.LString:
		e.string(string(v))
	case lua.LNumber:
		e.number(v)
	case lua.LBool:
		e.b = strconv.AppendBool(e.b, bool(v))
	case *lua.LNilType:
		e.b = append(e.b, "null"...)
	case *lua.LTable:
		e.table(e.vm.Behind(v))
		return
	default:
		if v != e.vm.Null {
			e.refuse(v, "type not supported")
		}
		e.b = append(e.b, "null"...)
	}
	e.vm.room(e.l, len(e.b), len(e.b)-was)
}

func (e *encoder) number(n lua.LNumber) {
	f := float64(n)
	if math.IsInf(f, 0) || math.IsNaN(f) {
		switch e.cfg.encodeInvalid {
		case "off":
			e.refuse(n, "must not be NaN or Inf")
		case "null":
			e.b = append(e.b, "null"...)
			return
		}
	}
	if e.cfg.precision == 14 {
		e.b = append(e.b, Number(f)...)
		return
	}
	e.b = strconv.AppendFloat(e.b, f, 'g', e.cfg.precision, 64)
}

func (e *encoder) string(s string) {
	const hex = "0123456789abcdef"
	e.vm.grow(e.l, len(e.b)+len(s))
	e.b = append(e.b, '"')
	for i := range len(s) {
		switch c := s[i]; c {
		case '"', '\\', '/':
			e.b = append(e.b, '\\', c)
		case '\b':
			e.b = append(e.b, `\b`...)
		case '\f':
			e.b = append(e.b, `\f`...)
		case '\n':
			e.b = append(e.b, `\n`...)
		case '\r':
			e.b = append(e.b, `\r`...)
		case '\t':
			e.b = append(e.b, `\t`...)
		default:
			if c >= 0x20 && c != 0x7f {
				e.b = append(e.b, c)
				continue
			}
			e.b = append(e.b, `\u00`...)
			e.b = append(e.b, hex[c>>4], hex[c&15])
		}
	}
	e.b = append(e.b, '"')
}

func (e *encoder) table(t *lua.LTable) {
	if e.depth++; e.depth > min(e.cfg.encodeDepth, maxJSON) {
		e.l.RaiseError("Cannot serialise, excessive nesting (%d)", e.depth) //nolint:misspell // cjson's word
	}
	if n := e.length(t); n > 0 {
		e.b = append(e.b, '[')
		for i := 1; i <= n; i++ {
			if i > 1 {
				e.b = append(e.b, ',')
			}
			e.value(t.RawGetInt(i))
		}
		e.b = append(e.b, ']')
	} else {
		e.object(t)
	}
	e.depth--
}

// length is that of an array, or -1 for an object.
func (e *encoder) length(t *lua.LTable) int {
	most, items := 0.0, 0
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		e.vm.step(e.l, 1)
		n, ok := key.(lua.LNumber)
		if !ok || n < 1 || float64(n) != math.Floor(float64(n)) {
			return -1
		}
		most = max(most, float64(n))
		items++
	}
	if e.cfg.sparseRatio > 0 && most > float64(items)*float64(e.cfg.sparseRatio) && most > float64(e.cfg.sparseSafe) {
		if !e.cfg.sparseConvert {
			e.refuse(t, "excessively sparse array")
		}
		return -1
	}
	return int(min(most, maxString))
}

func (e *encoder) object(t *lua.LTable) {
	e.b = append(e.b, '{')
	first := true
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		if !first {
			e.b = append(e.b, ',')
		}
		first = false
		switch key := key.(type) {
		case lua.LString:
			e.string(string(key))
		case lua.LNumber:
			e.b = append(e.b, '"')
			e.number(key)
			e.b = append(e.b, '"')
		default:
			e.refuse(key, "table key must be a number or string")
		}
		e.b = append(e.b, ':')
		e.value(value)
	}
	e.b = append(e.b, '}')
}
