package sandbox

import (
	"errors"
	"strings"

	lua "github.com/yuin/gopher-lua"
)

// maxNested bounds how deep pcall, coroutines and callbacks of library functions are nested, as Lua does.
const maxNested = 190

// nestedCalls is the size of the call stack below the second level: all of them together stay within what the
// process has.
const nestedCalls = 2000

const errNested failure = "C stack overflow"

// thread returns a new stack for calls. An error in gopher-lua closes the upvalues of all frames of its stack, those
// of callers that go on too: whoever catches errors has the function run on a stack of its own.
func (vm *VM) thread(l *lua.LState) *lua.LState {
	l.RemoveContext() // it would have a child made, whose Done is not ours
	calls := l.Options.CallStackSize
	if vm.depth > 1 {
		l.Options.CallStackSize = nestedCalls
	}
	th, _ := l.NewThread()
	l.Options.CallStackSize = calls
	l.SetContext(&vm.pulse)
	th.SetContext(&vm.pulse)
	return th
}

// protected calls a function on a stack of its own and returns its results.
func (vm *VM) protected(l *lua.LState, fn lua.LValue, args ...lua.LValue) ([]lua.LValue, error) {
	if vm.depth >= maxNested {
		return nil, errNested
	}
	vm.depth++
	defer func() { vm.depth-- }()
	th := vm.thread(l)
	th.Push(fn)
	for _, arg := range args {
		th.Push(arg)
	}
	if err := th.PCall(len(args), lua.MultRet, nil); err != nil {
		return nil, err
	}
	results := make([]lua.LValue, th.GetTop())
	for i := range results {
		results[i] = th.Get(i + 1)
	}
	return results, nil
}

// call calls a function on the same stack, for a library function, and returns its first result.
func (vm *VM) call(l *lua.LState, fn lua.LValue, args ...lua.LValue) lua.LValue {
	if vm.depth >= maxNested {
		l.RaiseError("%s", errNested.Error())
	}
	vm.depth++
	defer func() { vm.depth-- }()
	l.Push(fn)
	for _, arg := range args {
		l.Push(arg)
	}
	l.Call(len(args), 1)
	v := l.Get(-1)
	l.Pop(1)
	return v
}

// raisedBy is the value that an error was raised with.
func (vm *VM) raisedBy(err error) lua.LValue {
	if api := (*lua.ApiError)(nil); errors.As(err, &api) {
		v := reworded(api.Object)
		if s, ok := v.(lua.LString); ok && v != vm.raised.value {
			v = lua.LString(strings.TrimPrefix(string(s), " ")) // after a position that there is not
		}
		return v
	}
	return lua.LString(err.Error())
}

// openCoroutines has coroutines share the count of instructions.
func (vm *VM) openCoroutines() {
	lib := vm.opened(lua.OpenCoroutine)
	create := lib.RawGetString("create").(*lua.LFunction)
	resume := lib.RawGetString("resume").(*lua.LFunction)
	lib.RawSetString("create", vm.L.NewFunction(func(l *lua.LState) int {
		if f, ok := l.Get(1).(*lua.LFunction); !ok || f.IsG {
			l.ArgError(1, "Lua function expected")
		}
		l.RemoveContext()
		calls := l.Options.CallStackSize
		l.Options.CallStackSize = nestedCalls
		n := create.GFunction(l)
		l.Options.CallStackSize = calls
		l.SetContext(&vm.pulse)
		l.CheckThread(-1).SetContext(&vm.pulse)
		return n
	}))
	carryOn := func(l *lua.LState) int {
		if l.Get(1).Type() != lua.LTThread {
			l.ArgError(1, "coroutine expected")
		}
		if vm.depth >= maxNested {
			l.Push(lua.LFalse)
			l.Push(lua.LString(errNested.Error()))
			return 2
		}
		vm.depth++
		defer func() { vm.depth-- }()
		n := resume.GFunction(l)
		if first := l.GetTop() - n + 1; l.Get(first) == lua.LFalse {
			l.Replace(first+1, reworded(l.Get(first+1)))
		}
		return n
	}
	lib.RawSetString("resume", vm.L.NewFunction(carryOn))
	lib.RawSetString("running", vm.L.NewFunction(func(l *lua.LState) int {
		if l.Parent == nil {
			l.Push(lua.LNil)
		} else {
			l.Push(l)
		}
		return 1
	}))
	newCoroutine := lib.RawGetString("create").(*lua.LFunction)
	lib.RawSetString("wrap", vm.L.NewFunction(func(l *lua.LState) int {
		newCoroutine.GFunction(l)
		co := l.Get(-1)
		l.Push(l.NewFunction(func(l *lua.LState) int { return vm.wrapped(l, co, carryOn) }))
		return 1
	}))
	vm.library("coroutine", lib)
}

// wrapped resumes the coroutine of coroutine.wrap: its failure is one of the caller.
func (vm *VM) wrapped(l *lua.LState, co lua.LValue, resume lua.LGFunction) int {
	l.Insert(co, 1)
	n := resume(l)
	first := l.GetTop() - n + 1
	if l.Get(first) == lua.LTrue {
		return n - 1
	}
	v := l.Get(first + 1)
	if s, ok := v.(lua.LString); ok {
		v = lua.LString(where(l, 1) + string(s))
	}
	vm.Raise(l, v)
	return 0
}
