package set

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands are the commands of sets.
func Commands() []engine.Command {
	const (
		read  = engine.ReadOnly
		write = engine.Write
		grow  = engine.Write | engine.DenyOOM
		fast  = engine.Fast
	)
	keys := func(last int, name string, arity int, flags engine.Flags, run func(*engine.Call) error) engine.Command {
		return engine.Command{Name: name, Group: "set", Arity: arity, Flags: flags, First: 1, Last: last, Step: 1, Run: run}
	}
	return []engine.Command{
		keys(1, "sadd", -3, grow|fast, add),
		keys(1, "srem", -3, write|fast, remove),
		keys(2, "smove", 4, write|fast, move),
		keys(1, "scard", 2, read|fast, card),
		keys(1, "sismember", 3, read|fast, isMember),
		keys(1, "smismember", -3, read|fast, areMembers),
		keys(1, "smembers", 2, read, members),
		keys(1, "spop", -2, write|fast, pop),
		keys(1, "srandmember", -2, read, random),
		keys(1, "sscan", -3, read, scan),
		keys(-1, "sinter", -2, read, combined(inter)),
		keys(-1, "sunion", -2, read, combined(union)),
		keys(-1, "sdiff", -2, read, combined(diff)),
		keys(-1, "sinterstore", -3, grow, stored(inter)),
		keys(-1, "sunionstore", -3, grow, stored(union)),
		keys(-1, "sdiffstore", -3, grow, stored(diff)),
		{Name: "sintercard", Group: "set", Arity: -3, Flags: read | engine.Movable, KeysOf: engine.KeysAt(1),
			Run: interCard},
	}
}
