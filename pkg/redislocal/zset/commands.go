package zset

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands are the commands of sorted sets.
func Commands() []engine.Command {
	const (
		read  = engine.ReadOnly
		write = engine.Write
		grow  = engine.Write | engine.DenyOOM
		fast  = engine.Fast
		block = engine.Blocking
	)
	keys := func(last int, name string, arity int, flags engine.Flags, run func(*engine.Call) error) engine.Command {
		return engine.Command{Name: name, Group: "sorted-set", Arity: arity, Flags: flags, First: 1, Last: last, Step: 1,
			Run: run}
	}
	numbered := func(at int, name string, arity int, flags engine.Flags, run func(*engine.Call) error,
		before ...int) engine.Command {
		return engine.Command{Name: name, Group: "sorted-set", Arity: arity, Flags: flags | engine.Movable,
			KeysOf: engine.KeysAt(at, before...), Run: run}
	}
	return []engine.Command{
		keys(1, "zadd", -4, grow|fast, add),
		keys(1, "zincrby", 4, grow|fast, increment),
		keys(1, "zrem", -3, write|fast, remove),
		keys(1, "zremrangebyrank", 4, write, removeRange(byRank)),
		keys(1, "zremrangebyscore", 4, write, removeRange(byScore)),
		keys(1, "zremrangebylex", 4, write, removeRange(byLex)),
		keys(1, "zcard", 2, read|fast, card),
		keys(1, "zcount", 4, read|fast, count(byScore)),
		keys(1, "zlexcount", 4, read|fast, count(byLex)),
		keys(1, "zscore", 3, read|fast, score),
		keys(1, "zmscore", -3, read|fast, scores),
		keys(1, "zrank", -3, read|fast, rank(false)),
		keys(1, "zrevrank", -3, read|fast, rank(true)),
		keys(1, "zrange", -4, read, replyRange(query{open: true})),
		keys(1, "zrevrange", -4, read, replyRange(query{reverse: true})),
		keys(1, "zrangebyscore", -4, read, replyRange(query{by: byScore})),
		keys(1, "zrevrangebyscore", -4, read, replyRange(query{by: byScore, reverse: true})),
		keys(1, "zrangebylex", -4, read, replyRange(query{by: byLex})),
		keys(1, "zrevrangebylex", -4, read, replyRange(query{by: byLex, reverse: true})),
		keys(2, "zrangestore", -5, grow, storeRange),
		keys(1, "zpopmin", -2, write|fast, pop(lowest)),
		keys(1, "zpopmax", -2, write|fast, pop(highest)),
		numbered(1, "zmpop", -4, write, popMany),
		keys(-2, "bzpopmin", -3, write|fast|block, blockingPop(lowest)),
		keys(-2, "bzpopmax", -3, write|fast|block, blockingPop(highest)),
		numbered(2, "bzmpop", -5, write|block, blockingPopMany),
		keys(1, "zrandmember", -2, read, random),
		keys(1, "zscan", -3, read, scan),
		numbered(1, "zunion", -3, read, combined(union)),
		numbered(1, "zinter", -3, read, combined(inter)),
		numbered(1, "zdiff", -3, read, combined(diff)),
		numbered(1, "zintercard", -3, read, interCard),
		numbered(2, "zunionstore", -4, grow, stored(union), 1),
		numbered(2, "zinterstore", -4, grow, stored(inter), 1),
		numbered(2, "zdiffstore", -4, grow, stored(diff), 1),
	}
}

// read returns the sorted set at a key, which is empty if there is none.
func read(c *engine.Call, key string) (*ZSet, error) {
	return engine.GetOrNew(c, key, func() *ZSet { return New(c.Engine.Rand) })
}
