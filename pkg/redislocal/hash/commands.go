package hash

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands are the commands of hashes.
func Commands() []engine.Command {
	const (
		read   = engine.ReadOnly
		fast   = engine.ReadOnly | engine.Fast
		change = engine.Write | engine.Fast
		write  = engine.Write | engine.Fast | engine.DenyOOM
	)
	list := []engine.Command{
		{Name: "hset", Arity: -4, Flags: write, Run: hset},
		{Name: "hmset", Arity: -4, Flags: write, Run: hmset},
		{Name: "hsetnx", Arity: 4, Flags: write, Run: hsetnx},
		{Name: "hsetex", Arity: -6, Flags: write, Run: hsetex},
		{Name: "hget", Arity: 3, Flags: fast, Run: hget},
		{Name: "hmget", Arity: -3, Flags: fast, Run: hmget},
		{Name: "hgetex", Arity: -5, Flags: change, Run: hgetex},
		{Name: "hgetdel", Arity: -5, Flags: change, Run: hgetdel},
		{Name: "hgetall", Arity: 2, Flags: read, Run: hgetall},
		{Name: "hkeys", Arity: 2, Flags: read, Run: hkeys},
		{Name: "hvals", Arity: 2, Flags: read, Run: hvals},
		{Name: "hdel", Arity: -3, Flags: change, Run: hdel},
		{Name: "hlen", Arity: 2, Flags: fast, Run: hlen},
		{Name: "hexists", Arity: 3, Flags: fast, Run: hexists},
		{Name: "hstrlen", Arity: 3, Flags: fast, Run: hstrlen},
		{Name: "hincrby", Arity: 4, Flags: write, Run: hincrby},
		{Name: "hincrbyfloat", Arity: 4, Flags: write, Run: hincrbyfloat},
		{Name: "hrandfield", Arity: -2, Flags: read, Run: hrandfield},
		{Name: "hscan", Arity: -3, Flags: read, Run: hscan},
		{Name: "hexpire", Arity: -6, Flags: write, Run: hexpire("EX")},
		{Name: "hpexpire", Arity: -6, Flags: write, Run: hexpire("PX")},
		{Name: "hexpireat", Arity: -6, Flags: write, Run: hexpire("EXAT")},
		{Name: "hpexpireat", Arity: -6, Flags: write, Run: hexpire("PXAT")},
		{Name: "httl", Arity: -5, Flags: fast, Run: httl("EX")},
		{Name: "hpttl", Arity: -5, Flags: fast, Run: httl("PX")},
		{Name: "hexpiretime", Arity: -5, Flags: fast, Run: httl("EXAT")},
		{Name: "hpexpiretime", Arity: -5, Flags: fast, Run: httl("PXAT")},
		{Name: "hpersist", Arity: -5, Flags: change, Run: hpersist},
	}
	for i := range list {
		cmd := &list[i]
		cmd.Group, cmd.First, cmd.Last, cmd.Step = "hash", 1, 1, 1
	}
	return list
}
