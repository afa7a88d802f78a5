package script

import (
	"slices"
	"strings"

	lua "github.com/yuin/gopher-lua"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// functionChunk is the name of a library in its errors.
const functionChunk = "user_function"

// loadLimit is how many instructions a library may take to register its functions.
const loadLimit = 500 * perMillisecond

const errName = "Library names can only contain letters, numbers, or underscores(_) and must be at least one " +
	"character long"

// library is a library of functions.
type library struct {
	name, code string
	functions  map[string]*function
}

// function is one that FCALL calls.
type function struct {
	name        string
	description lua.LValue
	flags       flags
	fn          *lua.LFunction
}

// find returns a function of any library, or nil.
func (h *host) find(name string) *function {
	for _, lib := range h.libs {
		if f := lib.functions[name]; f != nil {
			return f
		}
	}
	return nil
}

// names returns the names of a map, sorted.
func names[T any](all map[string]T) []string {
	list := make([]string, 0, len(all))
	for name := range all {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

func validName(s string) bool {
	return s != "" && strings.IndexFunc(s, func(c rune) bool {
		return !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_')
	}) < 0
}

// metadata reads the line #!lua name=… of a library.
func metadata(code string) (name, source string, err error) {
	fail := func(text string) (string, string, error) { return "", "", engine.Error("ERR " + text) }
	if !strings.HasPrefix(code, "#!") {
		return fail("Missing library metadata")
	}
	line, _, ok := strings.Cut(code, "\n")
	parts, split := resp.Split(line)
	if !ok || !split || len(parts) == 0 {
		return fail("Invalid library metadata")
	}
	given := false
	for _, part := range parts[1:] {
		if len(part) < 5 || !strings.EqualFold(part[:5], "name=") {
			return fail("Invalid metadata value given: " + part)
		}
		if given {
			return fail("Invalid metadata value, name argument was given multiple times")
		}
		name, given = part[5:], true
	}
	switch {
	case !given:
		return fail("Library name was not given")
	case !validName(name):
		return fail(errName)
	case !strings.EqualFold(parts[0], "#!lua"):
		return fail("Engine '" + parts[0][2:] + "' not found")
	}
	return name, code[len(line):], nil
}

// build loads a library's code, without adding it to the others. Functions of other libraries, but for one that
// it replaces, must have other names.
func (h *host) build(e *engine.Engine, code string, others map[string]*library, replace bool) (*library, error) {
	name, source, err := metadata(code)
	if err != nil {
		return nil, err
	}
	if others[name] != nil && !replace {
		return nil, engine.Error("ERR Library '" + name + "' already exists")
	}
	lib := &library{name: strings.Clone(name), code: strings.Clone(code), functions: map[string]*function{}}
	if err := h.registerAll(e, lib, source); err != nil {
		return nil, err
	}
	if len(lib.functions) == 0 {
		return nil, engine.Error("ERR No functions registered")
	}
	for _, other := range others {
		if other.name == lib.name {
			continue
		}
		for _, name := range names(lib.functions) {
			if other.functions[name] != nil {
				return nil, engine.Error("ERR Function " + name + " already exists")
			}
		}
	}
	return lib, nil
}

// registerAll runs a library's code, which registers its functions.
func (h *host) registerAll(e *engine.Engine, lib *library, source string) error {
	vm := h.machine(e)
	proto, err := vm.Compile(source, functionChunk)
	if err != nil {
		return engine.Error("ERR Error compiling function: " + err.Error())
	}
	api := h.common()
	api.RawSetString("register_function", vm.L.NewFunction(h.register))
	env, back := vm.Environment("redis", vm.ReadOnly(h.strict(api)))
	h.loading = lib
	vm.Check = func(instructions int64) error {
		if instructions > loadLimit || e.Stopping() {
			return engine.Error("ERR FUNCTION LOAD timeout")
		}
		return nil
	}
	vm.Start()
	_, failed := vm.Call(vm.Load(proto, env))
	h.loading = nil
	back()
	if failed == nil {
		return nil
	}
	text := failed.Value.String()
	if t, ok := failed.Value.(*lua.LTable); ok {
		text = t.RawGetString("err").String()
	}
	return engine.Error("ERR Error registering functions: " + text)
}

// register is redis.register_function.
func (h *host) register(l *lua.LState) int {
	if h.loading == nil {
		h.refuse(l, "redis.register_function can only be called on FUNCTION LOAD command")
	}
	var f *function
	var bad string
	switch l.GetTop() {
	case 1:
		f, bad = named(h.vm.Behind, l.Get(1))
	case 2:
		f, bad = positional(l.Get(1), l.Get(2))
	default:
		bad = "wrong number of arguments to redis.register_function"
	}
	switch {
	case bad != "":
	case !validName(f.name):
		bad = errName
	case h.loading.functions[f.name] != nil:
		bad = "Function already exists in the library"
	}
	if bad != "" {
		h.refuse(l, bad)
	}
	f.flags.declared = true
	h.loading.functions[f.name] = f
	return 0
}

func positional(name, callback lua.LValue) (*function, string) {
	s, ok := name.(lua.LString)
	if !ok {
		return nil, "first argument to redis.register_function must be a string"
	}
	fn, ok := callback.(*lua.LFunction)
	if !ok {
		return nil, "second argument to redis.register_function must be a function"
	}
	return &function{name: string(s), fn: fn, description: lua.LNil}, ""
}

func named(behind func(*lua.LTable) *lua.LTable, v lua.LValue) (*function, string) {
	t, ok := v.(*lua.LTable)
	if !ok {
		return nil, "calling redis.register_function with a single argument is only applicable to Lua table " +
			"(representing named arguments)."
	}
	f := &function{description: lua.LNil}
	given := false
	t = behind(t)
	for key, v := t.Next(lua.LNil); key != lua.LNil; key, v = t.Next(key) {
		word, ok := key.(lua.LString)
		if !ok {
			return nil, "named argument key given to redis.register_function is not a string"
		}
		s, isString := v.(lua.LString)
		switch strings.ToLower(string(word)) {
		case "function_name":
			if !isString {
				return nil, "function_name argument given to redis.register_function must be a string"
			}
			f.name, given = string(s), true
		case "description":
			if !isString {
				return nil, "description argument given to redis.register_function must be a string"
			}
			f.description = s
		case "callback":
			if f.fn, ok = v.(*lua.LFunction); !ok {
				return nil, "callback argument given to redis.register_function must be a function"
			}
		case "flags":
			list, ok := v.(*lua.LTable)
			if !ok {
				return nil, "flags argument to redis.register_function must be a table representing function flags"
			}
			for i := 1; list.RawGetInt(i) != lua.LNil; i++ {
				if name, ok := list.RawGetInt(i).(lua.LString); !ok || !f.flags.set(strings.ToLower(string(name))) {
					return nil, "unknown flag given"
				}
			}
		default:
			return nil, "unknown argument given to redis.register_function"
		}
	}
	switch {
	case !given:
		return nil, "redis.register_function must get a function name argument"
	case f.fn == nil:
		return nil, "redis.register_function must get a callback argument"
	}
	return f, ""
}
