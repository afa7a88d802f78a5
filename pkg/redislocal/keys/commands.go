package keys

import (
	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

const (
	read  = engine.ReadOnly
	quick = engine.ReadOnly | engine.Fast
	write = engine.Write
	fast  = engine.Write | engine.Fast
)

// Commands are the commands for keys. RESTORE reads the types for which there is a loader.
func Commands(loaders map[string]dump.Loader) []engine.Command {
	all := []engine.Command{
		keys("del", -2, write, -1, del),
		keys("unlink", -2, fast, -1, del),
		keys("exists", -2, quick, -1, exists),
		keys("touch", -2, quick, -1, touch),
		keys("type", 2, quick, 1, typeOf),
		keys("rename", 3, write, 2, rename),
		keys("renamenx", 3, fast, 2, renamenx),
		keys("copy", -3, write|engine.DenyOOM, 2, copyTo),
		keys("move", 3, fast, 1, move),
		{Name: "sort", Group: "generic", Arity: -2, Flags: write | engine.DenyOOM | engine.Movable,
			First: 1, Last: 1, Step: 1, KeysOf: sortKeys, Run: sorted(false)},
		keys("sort_ro", -2, read|engine.Movable, 1, sorted(true)),
		keys("dump", 2, read, 1, dumpKey),
		keys("restore", -4, write|engine.DenyOOM, 1, restore(loaders)),
		{Name: "swapdb", Group: "connection", Arity: 3, Flags: fast, Run: swapdb},
		{Name: "keys", Group: "generic", Arity: 2, Flags: read, Run: matching},
		{Name: "scan", Group: "generic", Arity: -2, Flags: read, Run: scan},
		{Name: "randomkey", Group: "generic", Arity: 1, Flags: read, Run: randomkey},
		{Name: "dbsize", Group: "server", Arity: 1, Flags: quick, Run: dbsize},
		{Name: "flushdb", Group: "server", Arity: -1, Flags: write, Run: flushdb},
		{Name: "flushall", Group: "server", Arity: -1, Flags: write, Run: flushall},
		{Name: "wait", Group: "generic", Arity: 3, Flags: engine.Blocking, Run: wait},
		{Name: "waitaof", Group: "generic", Arity: 4, Flags: engine.Blocking | engine.NoScript, Run: waitaof},
		object(),
	}
	return append(all, expiryCommands()...)
}

// keys is a command whose first argument is a key, and those up to the last.
func keys(name string, arity int, flags engine.Flags, last int, run func(*engine.Call) error) engine.Command {
	return engine.Command{
		Name: name, Group: "generic", Arity: arity, Flags: flags, First: 1, Last: last, Step: 1, Run: run,
	}
}

func expiryCommands() []engine.Command {
	return []engine.Command{
		keys("expire", -3, fast, 1, expire("expire", "EX")),
		keys("pexpire", -3, fast, 1, expire("pexpire", "PX")),
		keys("expireat", -3, fast, 1, expire("expireat", "EXAT")),
		keys("pexpireat", -3, fast, 1, expire("pexpireat", "PXAT")),
		keys("ttl", 2, quick, 1, ttl(true, seconds)),
		keys("pttl", 2, quick, 1, ttl(true, milliseconds)),
		keys("expiretime", 2, quick, 1, ttl(false, seconds)),
		keys("pexpiretime", 2, quick, 1, ttl(false, milliseconds)),
		keys("persist", 2, fast, 1, persist),
	}
}
