package script

import (
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Commands are the commands of scripts and functions. Each list has a machine of its own.
func Commands() []engine.Command {
	h := &host{}
	h.empty()
	const (
		run      = engine.NoScript | engine.Movable
		may      = run | engine.MayReplicate
		readOnly = run | engine.ReadOnly
		other    = engine.NoScript
	)
	call := func(name string, has engine.Flags, f func(*engine.Call) error,
		declared func(string) (flags, bool)) engine.Command {
		flagsOf := func(args []string) engine.Flags {
			if d, ok := declared(args[1]); ok && d.declared {
				return d.command(has)
			}
			return has
		}
		return engine.Command{
			Name: name, Group: "scripting", Arity: -3, Flags: has, KeysOf: keysOf, FlagsOf: flagsOf, Run: f,
		}
	}
	sub := func(name string, arity int, flags engine.Flags, f func(*engine.Call) error) engine.Command {
		return engine.Command{Name: name, Arity: arity, Flags: other | flags, Run: f}
	}
	const change = engine.Write | engine.DenyOOM
	return []engine.Command{
		call("eval", may, h.eval, shebangFlags), call("eval_ro", readOnly, h.evalRO, shebangFlags),
		call("evalsha", may, h.evalSHA, h.digestFlags), call("evalsha_ro", readOnly, h.evalSHARO, h.digestFlags),
		call("fcall", may, h.fcall, h.functionFlags), call("fcall_ro", readOnly, h.fcallRO, h.functionFlags),
		{Name: "script", Group: "scripting", Arity: -2, Subs: []engine.Command{
			sub("load", 3, 0, h.load), sub("exists", -3, 0, h.exists), sub("flush", -2, 0, h.flush),
			sub("kill", 2, engine.AllowBusy, kill), sub("show", 3, 0, h.show), sub("debug", 3, 0, debug),
			engine.Help("SCRIPT",
				"DEBUG (YES|SYNC|NO)", "Set the debug mode for subsequent scripts executed.",
				"EXISTS <sha1> [<sha1> ...]",
				"Return information about the existence of the scripts in the script cache.",
				"FLUSH [ASYNC|SYNC]", "Flush the Lua scripts cache. Very dangerous on replicas.",
				"KILL", "Kill the currently executing Lua script.",
				"LOAD <script>", "Load a script into the scripts cache without executing it."),
		}},
		{Name: "function", Group: "scripting", Arity: -2, Subs: []engine.Command{
			sub("load", -3, change, h.functionLoad), sub("delete", 3, engine.Write, h.functionDelete),
			sub("flush", -2, engine.Write, h.functionFlush), sub("list", -2, 0, h.functionList),
			sub("stats", 2, engine.AllowBusy, h.functionStats), sub("kill", 2, engine.AllowBusy, functionKill),
			sub("dump", 2, 0, h.functionDump), sub("restore", -3, change, h.functionRestore),
			engine.Help("FUNCTION",
				"LOAD [REPLACE] <FUNCTION CODE>", "Create a new library with the given library name and code.",
				"DELETE <LIBRARY NAME>", "Delete the given library.",
				"LIST [LIBRARYNAME PATTERN] [WITHCODE]", "Return general information on all the libraries.",
				"STATS", "Return information about the current function running.",
				"KILL", "Kill the current running function.",
				"FLUSH [ASYNC|SYNC]", "Delete all the libraries.",
				"DUMP", "Return a serialized payload representing the current libraries.",
				"RESTORE <PAYLOAD> [FLUSH|APPEND|REPLACE]",
				"Restore the libraries represented by the given payload."),
		}},
	}
}

// keysOf returns the indices of the keys, which follow their number.
func keysOf(args []string) []int {
	if len(args) < 3 {
		return nil
	}
	n, ok := engine.ParseInt(args[2])
	if !ok || n < 0 || n > int64(len(args)-3) {
		return nil
	}
	keys := make([]int, n)
	for i := range keys {
		keys[i] = 3 + i
	}
	return keys
}
