package sandbox

import (
	"math"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// opened returns the library that one of gopher-lua's functions opens.
func (vm *VM) opened(open lua.LGFunction) *lua.LTable {
	vm.L.Push(vm.L.NewFunction(open))
	vm.L.Call(0, 1)
	lib := vm.L.Get(-1).(*lua.LTable)
	vm.L.Pop(1)
	return lib
}

// library makes a table a library, read-only.
func (vm *VM) library(name string, lib *lua.LTable) { vm.SetGlobal(name, vm.ReadOnly(vm.sorted(lib))) }

// kept are the functions of gopher-lua that stay as they are.
var kept = []string{
	"getmetatable", "ipairs", "rawequal", "select", "type", "_VERSION",
}

func (vm *VM) openBase() {
	base := vm.opened(lua.OpenBase)
	for _, name := range kept {
		vm.SetGlobal(name, base.RawGetString(name))
	}
	for name, f := range map[string]lua.LGFunction{
		"assert": assert, "collectgarbage": collect, "gcinfo": gcinfo, "error": vm.error,
		"pcall": vm.pcall, "xpcall": vm.xpcall,
		"load": vm.load, "loadstring": vm.loadString, "next": vm.next, "pairs": vm.pairs, "rawget": vm.rawGet,
		"rawset": vm.rawSet, "setmetatable": vm.setMetatable, "tonumber": toNumber, "tostring": vm.toString,
		"unpack": vm.unpack,
	} {
		vm.SetGlobal(name, vm.L.NewFunction(f))
	}
	vm.SetGlobal("os", vm.ReadOnly(vm.functions(map[string]lua.LGFunction{"clock": vm.clock})))
}

func assert(l *lua.LState) int {
	if l.GetTop() == 0 {
		l.ArgError(1, "value expected")
	}
	if l.ToBool(1) {
		return l.GetTop()
	}
	l.RaiseError("%s", l.OptString(2, "assertion failed!"))
	return 0
}

// collect answers collectgarbage: the process collects its garbage when it is due.
func collect(l *lua.LState) int {
	switch l.OptString(1, "collect") {
	case "count":
		return gcinfo(l)
	case "collect", "stop", "restart", "step", "setpause", "setstepmul":
		l.Push(lua.LNumber(0))
		return 1
	}
	l.ArgError(1, "invalid option '"+l.ToString(1)+"'")
	return 0
}

func gcinfo(l *lua.LState) int {
	l.Push(lua.LNumber(float64(heap() >> 10)))
	return 1
}

// clock answers os.clock by the instructions so far, as if each took ten nanoseconds: the same each time.
func (vm *VM) clock(l *lua.LState) int {
	l.Push(lua.LNumber(float64(vm.pulse.count+int64(beat-vm.pulse.left)) * 1e-8))
	return 1
}

func (vm *VM) error(l *lua.LState) int {
	v := l.Get(1)
	level := l.OptInt(2, 1)
	vm.raised = raised{v, l.Where(1)}
	if s, ok := v.(lua.LString); ok && level > 0 {
		v = lua.LString(where(l, level) + string(s))
		vm.raised.value = v
	}
	l.Error(v, 0)
	return 0
}

// where is the position of a caller, as it begins a message.
func where(l *lua.LState, level int) string {
	s := l.Where(level)
	if s == "" || strings.HasPrefix(s, "[G]") {
		return ""
	}
	return s + " "
}

func arguments(l *lua.LState, from int) []lua.LValue {
	var args []lua.LValue
	for i := from; i <= l.GetTop(); i++ {
		args = append(args, l.Get(i))
	}
	return args
}

func pushAll(l *lua.LState, ok bool, results []lua.LValue) int {
	l.Push(lua.LBool(ok))
	for _, v := range results {
		l.Push(v)
	}
	return len(results) + 1
}

func (vm *VM) pcall(l *lua.LState) int {
	f := l.Get(1)
	if l.GetTop() == 0 {
		f = lua.LTrue // Redis's own pcall has its result there
	}
	if _, ok := f.(*lua.LFunction); !ok && l.GetMetaField(f, "__call") == lua.LNil {
		return pushAll(l, false, []lua.LValue{lua.LString("attempt to call a " + f.Type().String() + " value")})
	}
	results, err := vm.protected(l, f, arguments(l, 2)...)
	if err != nil {
		results = unwrapped(vm.raisedBy(err))
	}
	return pushAll(l, err == nil, results)
}

// unwrapped are the results of pcall for an error: of a table that the commands of Redis raise its text, of another
// one a nil as well.
func unwrapped(v lua.LValue) []lua.LValue {
	t, ok := v.(*lua.LTable)
	if !ok {
		return []lua.LValue{v}
	}
	text := t.RawGetString("err")
	if lua.LVCanConvToString(text) {
		return []lua.LValue{text}
	}
	return []lua.LValue{v, text}
}

func (vm *VM) xpcall(l *lua.LState) int {
	l.CheckAny(2)
	results, err := vm.protected(l, l.Get(1))
	if err == nil {
		return pushAll(l, true, results)
	}
	results, err = vm.protected(l, l.Get(2), vm.raisedBy(err))
	if err != nil {
		results = []lua.LValue{lua.LString("error in error handling")}
	}
	return pushAll(l, false, results)
}

func (vm *VM) loadString(l *lua.LState) int {
	return vm.loaded(l, check(l, 1), l.OptString(2, ""))
}

func (vm *VM) load(l *lua.LState) int {
	f := l.CheckFunction(1)
	var b strings.Builder
	for {
		piece, ok := vm.call(l, f).(lua.LString)
		if !ok || piece == "" {
			break
		}
		if b.WriteString(string(piece)); b.Len() > maxSource {
			break // Compile says so
		}
		vm.step(l, 1)
	}
	return vm.loaded(l, b.String(), l.OptString(2, "=(load)"))
}

func (vm *VM) loaded(l *lua.LState, source, name string) int {
	switch {
	case name == "":
		first, _, more := strings.Cut(source, "\n")
		if more || len(first) > 40 {
			first = first[:min(len(first), 40)] + "..."
		}
		name = `[string "` + first + `"]`
	case name[0] == '=' || name[0] == '@':
		name = name[1:]
	default:
		name = `[string "` + name + `"]`
	}
	vm.step(l, len(source)/8)
	proto, err := vm.Compile(source, name)
	if err != nil {
		l.Push(lua.LNil)
		l.Push(lua.LString(err.Error()))
		return 2
	}
	l.Push(vm.Load(proto, nil))
	return 1
}

func (vm *VM) next(l *lua.LState) int {
	t := vm.Behind(l.CheckTable(1))
	key, value := t.Next(l.Get(2))
	if key == lua.LNil {
		l.Push(lua.LNil)
		return 1
	}
	l.Push(key)
	l.Push(value)
	return 2
}

func (vm *VM) pairs(l *lua.LState) int {
	t := l.CheckTable(1)
	l.Push(vm.Global("next"))
	l.Push(t)
	l.Push(lua.LNil)
	return 3
}

func (vm *VM) rawGet(l *lua.LState) int {
	l.CheckAny(2)
	l.Push(vm.Behind(l.CheckTable(1)).RawGet(l.Get(2)))
	return 1
}

func (vm *VM) rawSet(l *lua.LState) int {
	t := l.CheckTable(1)
	vm.changeable(l, t)
	vm.setKey(l, t, l.CheckAny(2), l.CheckAny(3))
	l.Push(t)
	return 1
}

// setKey sets a table's field, without metamethods.
func (vm *VM) setKey(l *lua.LState, t *lua.LTable, key, value lua.LValue) {
	if n, ok := key.(lua.LNumber); ok && math.IsNaN(float64(n)) {
		l.RaiseError("table index is NaN")
	}
	if key == lua.LNil {
		l.RaiseError("table index is nil")
	}
	if n, ok := key.(lua.LNumber); ok && n > 0 && n < maxArray {
		vm.grow(l, max(int(n)-t.Len(), 0)*16)
	}
	t.RawSet(key, value)
}

func (vm *VM) setMetatable(l *lua.LState) int {
	t := l.CheckTable(1)
	vm.changeable(l, t)
	mt, ok := l.Get(2).(*lua.LTable)
	if !ok && l.Get(2) != lua.LNil {
		l.ArgError(2, "nil or table expected")
	}
	if old, ok := t.Metatable.(*lua.LTable); ok && old.RawGetString("__metatable") != lua.LNil {
		l.RaiseError("cannot change a protected metatable")
	}
	if mt == nil {
		t.Metatable = lua.LNil
	} else {
		t.Metatable = mt
	}
	l.Push(t)
	return 1
}

func (vm *VM) toString(l *lua.LState) int {
	v := l.CheckAny(1)
	if f := l.GetMetaField(v, "__tostring"); f != lua.LNil {
		l.Push(vm.call(l, f, v)) // whatever it is
	} else {
		l.Push(lua.LString(vm.text(v)))
	}
	return 1
}

// text is how a value reads.
func (vm *VM) text(v lua.LValue) string {
	switch v := v.(type) {
	case lua.LString:
		return string(v)
	case lua.LNumber:
		return Number(float64(v))
	case *lua.LUserData:
		if v == vm.Null {
			return "userdata: (nil)"
		}
	}
	return v.String()
}

func (vm *VM) unpack(l *lua.LState) int {
	t := vm.Behind(l.CheckTable(1))
	from := l.OptInt(2, 1)
	to := l.OptInt(3, t.Len())
	if from > to {
		return 0
	}
	n := to - from + 1
	if n <= 0 || n >= 8000 { // n overflows
		l.RaiseError("too many results to unpack")
	}
	for i := range n {
		l.Push(t.RawGetInt(from + i))
	}
	return n
}

// toNumber is tonumber: C's strtod, or strtoul with a base.
func toNumber(l *lua.LState) int {
	v := l.CheckAny(1)
	base := l.OptInt(2, 10)
	var n lua.LValue = lua.LNil
	switch {
	case base != 10:
		if base < 2 || base > 36 {
			l.ArgError(2, "base out of range")
		}
		n = inBase(check(l, 1), base)
	case v.Type() == lua.LTNumber:
		n = v
	case v.Type() == lua.LTString:
		n = numeral(string(v.(lua.LString)))
	}
	l.Push(n)
	return 1
}

// space is what C's functions skip before a number.
const space = " \t\n\v\f\r"

// numeral is the number that a string stands for, or nil.
func numeral(s string) lua.LValue {
	s = strings.Trim(cText(s), space)
	if f, n := strtod(s); n > 0 && n == len(s) {
		return lua.LNumber(f)
	}
	return lua.LNil
}

func inBase(s string, base int) lua.LValue {
	s = strings.Trim(cText(s), space)
	if u, n := strtoul(s, base); n > 0 && n == len(s) {
		return lua.LNumber(u)
	}
	return lua.LNil
}
