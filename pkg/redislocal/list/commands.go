package list

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands are the commands of lists.
func Commands() []engine.Command {
	const (
		read  = engine.ReadOnly
		write = engine.Write
		grow  = engine.Write | engine.DenyOOM
		fast  = engine.Fast
		block = engine.Blocking
	)
	one := func(name string, arity int, flags engine.Flags, run func(*engine.Call) error) engine.Command {
		return engine.Command{Name: name, Group: "list", Arity: arity, Flags: flags, First: 1, Last: 1, Step: 1, Run: run}
	}
	two := func(name string, arity int, flags engine.Flags, run func(*engine.Call) error) engine.Command {
		return engine.Command{Name: name, Group: "list", Arity: arity, Flags: flags, First: 1, Last: 2, Step: 1, Run: run}
	}
	return []engine.Command{
		one("lpush", -3, grow|fast, push(left, false)),
		one("rpush", -3, grow|fast, push(right, false)),
		one("lpushx", -3, grow|fast, push(left, true)),
		one("rpushx", -3, grow|fast, push(right, true)),
		one("lpop", -2, write|fast, pop(left)),
		one("rpop", -2, write|fast, pop(right)),
		one("llen", 2, read|fast, length),
		one("lrange", 4, read, lrange),
		one("lindex", 3, read, index),
		one("lpos", -3, read, pos),
		one("lset", 4, grow, set),
		one("linsert", 5, grow, insert),
		one("lrem", 4, write, remove),
		one("ltrim", 4, write, trim),
		two("lmove", 5, grow, move),
		two("rpoplpush", 3, grow, popPush),
		{Name: "lmpop", Group: "list", Arity: -4, Flags: write | engine.Movable, KeysOf: engine.KeysAt(1), Run: popMany},
		{Name: "blpop", Group: "list", Arity: -3, Flags: write | block, First: 1, Last: -2, Step: 1,
			Run: blockingPop(left)},
		{Name: "brpop", Group: "list", Arity: -3, Flags: write | block, First: 1, Last: -2, Step: 1,
			Run: blockingPop(right)},
		two("blmove", 6, grow|block, blockingMove),
		two("brpoplpush", 4, grow|block, blockingPopPush),
		{Name: "blmpop", Group: "list", Arity: -5, Flags: write | block | engine.Movable, KeysOf: engine.KeysAt(2),
			Run: blockingPopMany},
	}
}
