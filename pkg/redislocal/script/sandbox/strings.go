package sandbox

import (
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// openStrings makes the library string and the methods of strings. Strings are bytes.
func (vm *VM) openStrings() {
	lib := vm.functions(map[string]lua.LGFunction{
		"byte": vm.strByte, "char": vm.strChar, "dump": strDump, "find": vm.strFind, "format": vm.strFormat,
		"gfind": vm.strGmatch, "gmatch": vm.strGmatch, "gsub": vm.strGsub, "len": strLen, "lower": vm.strLower,
		"match": vm.strMatch, "rep": vm.strRep, "reverse": vm.strReverse, "sub": strSub, "upper": vm.strUpper,
	})
	vm.library("string", lib)
	methods := vm.L.NewTable()
	methods.RawSetString("__index", lib)
	lib.ForEach(func(name, f lua.LValue) { methods.RawSet(name, f) })
	methods.RawSetString(concatMethod, vm.L.NewFunction(vm.concat))
	mt := vm.L.NewTable()
	mt.RawSetString("__index", methods)
	mt.RawSetString("__metatable", vm.locked)
	vm.L.SetMetatable(lua.LString(""), mt)
}

// window resolves a range of positions, of which negative ones count from the end, to [from, to).
func window(i, j int64, n int) (from, to int) {
	size := int64(n)
	if i < 0 {
		i += size + 1
	}
	i = max(i, 1)
	if j < 0 {
		j += size + 1
	}
	j = min(j, size)
	if i > j {
		return 0, 0
	}
	return int(i) - 1, int(j)
}

// check is the i-th argument as a string; numbers are strings too.
func check(l *lua.LState, i int) string {
	switch v := l.Get(i).(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return Number(float64(v))
	}
	present(l, i, "string")
	return l.CheckString(i) // fails
}

// number is the i-th argument as a number; strings may be numbers too.
func number(l *lua.LState, i int) float64 {
	if s, ok := l.Get(i).(lua.LString); ok {
		if n, ok := numeral(string(s)).(lua.LNumber); ok {
			return float64(n)
		}
	}
	present(l, i, "number")
	return float64(l.CheckNumber(i))
}

// integer is number cut to an integer.
func integer(l *lua.LState, i int) int64 { return Integer(number(l, i)) }

// optional is integer, or another number for an argument that is nil or not there.
func optional(l *lua.LState, i int, otherwise int64) int64 {
	if l.Get(i) == lua.LNil {
		return otherwise
	}
	return integer(l, i)
}

// present fails if there is no i-th argument.
func present(l *lua.LState, i int, want string) {
	if i > l.GetTop() {
		l.ArgError(i, want+" expected, got no value")
	}
}

func (vm *VM) push(l *lua.LState, s string) int {
	l.Push(lua.LString(s))
	return 1
}

func strLen(l *lua.LState) int {
	l.Push(lua.LNumber(len(check(l, 1))))
	return 1
}

func strDump(l *lua.LState) int {
	l.RaiseError("unable to dump given function")
	return 0
}

func strSub(l *lua.LState) int {
	s := check(l, 1)
	from, to := window(integer(l, 2), optional(l, 3, -1), len(s))
	l.Push(lua.LString(s[from:to]))
	return 1
}

func (vm *VM) strByte(l *lua.LState) int {
	s := check(l, 1)
	i := optional(l, 2, 1)
	from, to := window(i, optional(l, 3, i), len(s))
	if to-from >= 8000 {
		l.RaiseError("stack overflow (string slice too long)")
	}
	for _, c := range []byte(s[from:to]) {
		l.Push(lua.LNumber(c))
	}
	return to - from
}

func (vm *VM) strChar(l *lua.LState) int {
	b := make([]byte, l.GetTop())
	for i := range b {
		n := integer(l, i+1)
		if n < 0 || n > 255 {
			l.ArgError(i+1, "invalid value")
		}
		b[i] = byte(n)
	}
	return vm.push(l, string(b))
}

// mapped returns the string with each byte changed.
func (vm *VM) mapped(l *lua.LState, f func(c byte) byte) int {
	s := check(l, 1)
	vm.grow(l, 2*len(s))
	b := []byte(s)
	for i, c := range b {
		b[i] = f(c)
	}
	return vm.push(l, string(b))
}

func (vm *VM) strLower(l *lua.LState) int {
	return vm.mapped(l, func(c byte) byte {
		if c >= 'A' && c <= 'Z' {
			c += 'a' - 'A'
		}
		return c
	})
}

func (vm *VM) strUpper(l *lua.LState) int {
	return vm.mapped(l, func(c byte) byte {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		return c
	})
}

func (vm *VM) strReverse(l *lua.LState) int {
	s := check(l, 1)
	vm.grow(l, 2*len(s))
	b := make([]byte, len(s))
	for i := range b {
		b[len(b)-1-i] = s[i]
	}
	return vm.push(l, string(b))
}

func (vm *VM) strRep(l *lua.LState) int {
	s, n := check(l, 1), integer(l, 2)
	if n < 1 || s == "" {
		return vm.push(l, "")
	}
	if n > maxString/int64(len(s)) {
		l.RaiseError("resulting string too large")
	}
	vm.grow(l, int(n)*len(s))
	return vm.push(l, strings.Repeat(s, int(n)))
}

// concat is the operator ..: its operands follow the receiver.
func (vm *VM) concat(l *lua.LState) int {
	n, size := l.GetTop(), 0
	for i := 2; i <= n; i++ {
		switch v := l.Get(i).(type) {
		case lua.LString:
			size += len(v)
		case lua.LNumber:
			size += 8
		default:
			return vm.concatMixed(l)
		}
	}
	vm.grow(l, size)
	b := make([]byte, 0, size)
	for i := 2; i <= n; i++ {
		switch v := l.Get(i).(type) {
		case lua.LString:
			b = append(b, v...)
		case lua.LNumber:
			b = append(b, Number(float64(v))...)
		}
	}
	return vm.push(l, string(b))
}

// concatMixed joins operands of which some are neither strings nor numbers, from the right.
func (vm *VM) concatMixed(l *lua.LState) int {
	right := l.Get(-1)
	for i := l.GetTop() - 1; i >= 2; i-- {
		left := l.Get(i)
		if lua.LVCanConvToString(left) && lua.LVCanConvToString(right) {
			a, b := vm.text(left), vm.text(right)
			vm.grow(l, len(a)+len(b))
			right = lua.LString(a + b)
			continue
		}
		f := l.GetMetaField(left, "__concat")
		if f == lua.LNil {
			f = l.GetMetaField(right, "__concat")
		}
		if f == lua.LNil {
			bad := left
			if lua.LVCanConvToString(bad) {
				bad = right
			}
			l.RaiseError("attempt to concatenate a %s value", bad.Type().String())
		}
		right = vm.call(l, f, left, right)
	}
	l.Push(right)
	return 1
}
