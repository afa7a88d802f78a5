package sandbox

import (
	"slices"
	"strconv"
	"strings"
	"sync"

	lua "github.com/yuin/gopher-lua"
)

// The bounds of the machine's stacks: calls, and values on the stack of one coroutine.
const (
	maxCalls  = 16_000
	maxValues = 1 << 18
)

// maxArray is the last index of a table's array part. An assignment beyond the end fills the gap, all in one
// instruction: this is what it can take at most.
const maxArray = 1 << 20

var configure = sync.OnceFunc(func() { lua.MaxArrayIndex = maxArray })

// VM is a Lua machine. It runs one script at a time.
type VM struct {
	L *lua.LState
	// Check is asked now and then, with the number of instructions so far, whether the script may go on. Its
	// error ends the script.
	Check func(instructions int64) error
	// Null is cjson.null.
	Null *lua.LUserData

	pulse   pulse
	globals *lua.LTable                 // what is behind the read-only global table
	behind  map[*lua.LTable]*lua.LTable // what is behind each read-only table
	locked  *lua.LTable                 // stands for the metatable of read-only tables
	raised  raised
	depth   int // of nested calls through library functions
	random  random
	cjson   cjsonConfig
}

// raised is where the last error was raised: values other than strings don't say.
type raised struct {
	value lua.LValue
	where string
}

// Failure is the error that ended a script.
type Failure struct {
	Value  lua.LValue // what was raised
	Source string     // name of the chunk, or ""
	Line   int
}

// Killed reports whether Check, or the bound of memory, has ended the script.
func (vm *VM) Killed() bool { return vm.pulse.err != nil }

// New returns a machine with the libraries of Redis. The seed begins the numbers of math.random.
func New(seed int64) *VM {
	configure()
	vm := &VM{behind: map[*lua.LTable]*lua.LTable{}, cjson: cjsonDefaults, Check: func(int64) error { return nil }}
	vm.L = lua.NewState(lua.Options{
		SkipOpenLibs: true, CallStackSize: maxCalls, MinimizeStackMemory: true, RegistrySize: 256,
		RegistryMaxSize: maxValues, RegistryGrowStep: 1024,
	})
	vm.pulse.vm = vm
	vm.random.seed(seed)
	vm.pulse.reset()
	vm.L.SetContext(&vm.pulse)
	vm.Null = vm.L.NewUserData()
	vm.globals = vm.L.NewTable()
	vm.locked = vm.ReadOnly(vm.L.NewTable())
	vm.openBase()
	vm.openStrings()
	vm.openTables()
	vm.openMath()
	vm.openCoroutines()
	vm.openBit()
	vm.openCJSON()
	vm.openCMsgpack()
	vm.openStruct()
	vm.globals = vm.sorted(vm.globals)
	global := vm.ReadOnly(vm.globals)
	vm.globals.RawSetString("_G", global)
	missing := vm.L.NewTable()
	missing.RawSetString("__index", vm.L.NewFunction(Nonexistent))
	vm.globals.Metatable = missing
	vm.L.Env = global
	return vm
}

// Nonexistent is the metamethod __index of a table whose missing fields are errors.
func Nonexistent(l *lua.LState) int {
	l.RaiseError("Script attempted to access nonexistent global variable '%s'", l.Get(2).String())
	return 0
}

// ReadOnly returns a table that shows another one and can't be changed.
func (vm *VM) ReadOnly(target *lua.LTable) *lua.LTable {
	shown := vm.L.NewTable()
	mt := vm.L.NewTable()
	mt.RawSetString("__index", target)
	mt.RawSetString("__newindex", vm.L.NewFunction(refuseChange))
	shown.Metatable = mt
	vm.behind[shown] = target
	return shown
}

func refuseChange(l *lua.LState) int {
	l.RaiseError("Attempt to modify a readonly table")
	return 0
}

// Behind is what a read-only table shows, or the table itself.
func (vm *VM) Behind(t *lua.LTable) *lua.LTable {
	if target, ok := vm.behind[t]; ok {
		return target
	}
	return t
}

// changeable fails if a table is read-only.
func (vm *VM) changeable(l *lua.LState, t *lua.LTable) {
	if vm.behind[t] != nil {
		vm.Raise(l, lua.LString("Attempt to modify a readonly table"))
	}
}

// SetGlobal gives a global variable a value. To scripts it is read-only.
func (vm *VM) SetGlobal(name string, v lua.LValue) { vm.globals.RawSetString(name, v) }

// Global returns the value of a global variable.
func (vm *VM) Global(name string) lua.LValue { return vm.globals.RawGetString(name) }

// Environment returns a read-only global table for a chunk that sees another value of a global, until that is
// taken back.
func (vm *VM) Environment(name string, v lua.LValue) (env *lua.LTable, back func()) {
	own := vm.L.NewTable()
	own.RawSetString(name, v)
	fall := vm.L.NewTable()
	fall.RawSetString("__index", vm.globals)
	own.Metatable = fall
	return vm.ReadOnly(own), func() { own.RawSetString(name, lua.LNil) }
}

// functions returns a table of functions.
func (vm *VM) functions(all map[string]lua.LGFunction) *lua.LTable {
	return vm.sorted(vm.L.SetFuncs(vm.L.NewTable(), all))
}

// sorted returns a table with the same fields, in the order of their names: scripts see it.
func (vm *VM) sorted(t *lua.LTable) *lua.LTable {
	var names []string
	for key, _ := t.Next(lua.LNil); key != lua.LNil; key, _ = t.Next(key) {
		names = append(names, key.String())
	}
	slices.Sort(names)
	same := vm.L.NewTable()
	for _, name := range names {
		same.RawSetString(name, t.RawGetString(name))
	}
	return same
}

// Start forgets what the last script has used up: each script begins anew.
func (vm *VM) Start() {
	vm.pulse.reset()
	vm.raised = raised{}
}

// Call calls a function and returns its first result.
func (vm *VM) Call(fn *lua.LFunction, args ...lua.LValue) (lua.LValue, *Failure) {
	results, err := vm.protected(vm.L, fn, args...)
	if err != nil {
		return nil, vm.failure(err)
	}
	if len(results) == 0 {
		return lua.LNil, nil
	}
	return results[0], nil
}

func (vm *VM) failure(err error) *Failure {
	f := &Failure{Value: vm.raisedBy(err)}
	defer func() {
		if vm.Killed() {
			f.Value = lua.LString(vm.pulse.err.Error())
		}
	}()
	where := ""
	if vm.raised.value != nil && vm.raised.value == f.Value {
		where = vm.raised.where
	} else if s, ok := f.Value.(lua.LString); ok {
		where = string(s)
	}
	f.Source, f.Line = position(where)
	return f
}

// position reads "source:line:" at the beginning of a message.
func position(s string) (string, int) {
	source, rest, ok := strings.Cut(s, ":")
	number, _, closed := strings.Cut(rest, ":")
	line, err := strconv.Atoi(number)
	if !ok || !closed || err != nil {
		return "", 0
	}
	return source, line
}

// Raise raises an error that does not say where, and remembers it.
func (vm *VM) Raise(l *lua.LState, v lua.LValue) {
	vm.raised = raised{v, l.Where(1)}
	l.Error(v, 0)
}

// Worked counts work that was done for a script outside, in bytes.
func (vm *VM) Worked(l *lua.LState, n int) {
	vm.grow(l, n)
	vm.step(l, 1)
}
