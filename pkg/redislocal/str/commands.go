package str

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands are the commands of strings.
func Commands() []engine.Command {
	const (
		quick = engine.ReadOnly | engine.Fast
		write = engine.Write | engine.DenyOOM
		fast  = write | engine.Fast
	)
	one := func(name string, arity int, flags engine.Flags, run func(*engine.Call) error) engine.Command {
		return engine.Command{
			Name: name, Group: "string", Arity: arity, Flags: flags, First: 1, Last: 1, Step: 1, Run: run,
		}
	}
	return []engine.Command{
		one("get", 2, quick, get),
		one("getdel", 2, engine.Write|engine.Fast, getdel),
		one("getex", -2, engine.Write|engine.Fast, getex),
		one("getset", 3, fast, getset),
		one("strlen", 2, quick, strlen),
		{Name: "mget", Group: "string", Arity: -2, Flags: quick, First: 1, Last: -1, Step: 1, Run: mget},
		one("set", -3, write, set),
		one("setnx", 3, fast, setnx),
		one("setex", 4, write, setex("EX")),
		one("psetex", 4, write, setex("PX")),
		{Name: "mset", Group: "string", Arity: -3, Flags: write, First: 1, Last: -1, Step: 2, Run: mset},
		{Name: "msetnx", Group: "string", Arity: -3, Flags: write, First: 1, Last: -1, Step: 2, Run: msetnx},
		one("append", 3, fast, appendTo),
		one("getrange", 4, engine.ReadOnly, getrange),
		one("substr", 4, engine.ReadOnly, getrange),
		one("setrange", 4, write, setrange),
		one("incr", 2, fast, incr),
		one("decr", 2, fast, decr),
		one("incrby", 3, fast, incrby),
		one("decrby", 3, fast, decrby),
		one("incrbyfloat", 3, fast, incrbyfloat),
		{Name: "lcs", Group: "string", Arity: -3, Flags: engine.ReadOnly, First: 1, Last: 2, Step: 1, Run: lcs},
	}
}
