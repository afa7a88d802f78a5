package script

import (
	lua "github.com/yuin/gopher-lua"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/script/sandbox"
)

// host is an engine's scripts and functions. Its methods need the engine's lock, which handlers have.
type host struct {
	vm      *sandbox.VM // nil before the first script
	cache   cache
	libs    map[string]*library
	loading *library // while a library registers its functions
	running *run     // nil while none does
}

func (h *host) empty() {
	h.cache = newCache()
	h.libs = map[string]*library{}
}

// machine returns the machine, with the table redis.
func (h *host) machine(e *engine.Engine) *sandbox.VM {
	if h.vm == nil {
		h.vm = sandbox.New(e.Rand.Int64())
		h.vm.SetGlobal("redis", h.vm.ReadOnly(h.api()))
	}
	return h.vm
}

// strict makes a read of what a table does not have an error.
func (h *host) strict(t *lua.LTable) *lua.LTable {
	mt := h.vm.L.NewTable()
	mt.RawSetString("__index", h.vm.L.NewFunction(sandbox.Nonexistent))
	t.Metatable = mt
	return t
}

// flags say how a script may run.
type flags struct {
	declared   bool // with #!lua, or a function
	noWrites   bool
	allowOOM   bool
	allowStale bool
	noCluster  bool
	crossSlot  bool
}

// flagNames are the flags' names, in the order in which FUNCTION LIST shows them.
var flagNames = []string{"no-writes", "allow-oom", "allow-stale", "no-cluster", "allow-cross-slot-keys"}

func (f *flags) all() []*bool {
	return []*bool{&f.noWrites, &f.allowOOM, &f.allowStale, &f.noCluster, &f.crossSlot}
}

// set sets the flag of a name, and reports whether there is one.
func (f *flags) set(name string) bool {
	for i, flag := range f.all() {
		if flagNames[i] == name {
			*flag = true
			return true
		}
	}
	return false
}

// names are the flags that are set.
func (f *flags) names() []string {
	var names []string
	for i, flag := range f.all() {
		if *flag {
			names = append(names, flagNames[i])
		}
	}
	return names
}

// command is the flags of a command that runs a script with these, which were declared.
func (f *flags) command(has engine.Flags) engine.Flags {
	has &^= engine.Write | engine.MayReplicate
	if !f.noWrites {
		has |= engine.Write
	}
	return has
}

// cut takes the keys and arguments off a command.
func cut(c *engine.Call, badNumber error) (keys, args []string, err error) {
	n, ok := engine.ParseInt(c.Args[2])
	switch {
	case !ok:
		return nil, nil, badNumber
	case n > int64(len(c.Args)-3):
		return nil, nil, engine.Error("ERR Number of keys can't be greater than number of args")
	case n < 0:
		return nil, nil, engine.Error("ERR Number of keys can't be negative")
	}
	return c.Args[3 : 3+n], c.Args[3+n:], nil
}
