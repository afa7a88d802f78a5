package sandbox

import (
	lua "github.com/yuin/gopher-lua"
)

func (vm *VM) openTables() {
	lib := vm.opened(lua.OpenTable)
	remove := lib.RawGetString("remove").(*lua.LFunction)
	sort := lib.RawGetString("sort").(*lua.LFunction)
	for name, f := range map[string]lua.LGFunction{
		"concat": vm.tableConcat, "insert": vm.tableInsert, "foreach": vm.foreach, "foreachi": vm.foreachi,
		"setn": setn,
		"remove": func(l *lua.LState) int {
			vm.changeable(l, l.CheckTable(1))
			return remove.GFunction(l)
		},
		"sort": func(l *lua.LState) int {
			t := l.CheckTable(1)
			vm.changeable(l, t)
			vm.step(l, t.Len())
			return sort.GFunction(l)
		},
	} {
		lib.RawSetString(name, vm.L.NewFunction(f))
	}
	vm.library("table", lib)
}

func setn(l *lua.LState) int {
	l.RaiseError("'setn' is obsolete")
	return 0
}

func (vm *VM) tableConcat(l *lua.LState) int {
	t := vm.Behind(l.CheckTable(1))
	sep := l.OptString(2, "")
	from, to := l.OptInt(3, 1), l.OptInt(4, t.Len())
	var b []byte
	for i := from; i <= to; i++ {
		was := len(b)
		switch v := t.RawGetInt(i).(type) {
		case lua.LString:
			b = append(b, v...)
		case lua.LNumber:
			b = append(b, Number(float64(v))...)
		default:
			l.RaiseError("invalid value (%s) at index %d in table for 'concat'", v.Type().String(), i)
		}
		if i == to {
			break // to may be the greatest number
		}
		b = append(b, sep...)
		vm.room(l, len(b), len(b)-was)
		vm.step(l, 1)
	}
	return vm.push(l, string(b))
}

func (vm *VM) tableInsert(l *lua.LState) int {
	t := l.CheckTable(1)
	vm.changeable(l, t)
	n := t.Len()
	switch l.GetTop() {
	case 2:
		t.RawSetInt(n+1, l.Get(2))
	case 3:
		at := l.CheckInt(2)
		if at >= 1 && at <= n {
			vm.step(l, (n-at)>>6)
			t.Insert(at, l.Get(3))
		} else {
			vm.setKey(l, t, lua.LNumber(at), l.Get(3))
		}
	default:
		l.RaiseError("wrong number of arguments to 'insert'")
	}
	return 0
}

func (vm *VM) foreach(l *lua.LState) int {
	t, f := vm.Behind(l.CheckTable(1)), l.CheckFunction(2)
	for key, value := t.Next(lua.LNil); key != lua.LNil; key, value = t.Next(key) {
		if v := vm.call(l, f, key, value); v != lua.LNil {
			l.Push(v)
			return 1
		}
	}
	return 0
}

func (vm *VM) foreachi(l *lua.LState) int {
	t, f := vm.Behind(l.CheckTable(1)), l.CheckFunction(2)
	for i := 1; i <= t.Len(); i++ {
		if v := vm.call(l, f, lua.LNumber(i), t.RawGetInt(i)); v != lua.LNil {
			l.Push(v)
			return 1
		}
	}
	return 0
}
