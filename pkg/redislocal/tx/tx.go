package tx

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands are the commands of transactions.
func Commands() []engine.Command {
	const flags = engine.NoScript | engine.Fast | engine.Unqueued
	return []engine.Command{
		{Name: "multi", Group: "transactions", Arity: 1, Flags: flags, Run: multi},
		{Name: "exec", Group: "transactions", Arity: 1, Flags: engine.NoScript | engine.Unqueued, Run: exec},
		{Name: "discard", Group: "transactions", Arity: 1, Flags: flags, Run: discard},
		{Name: "watch", Group: "transactions", Arity: -2, Flags: flags, First: 1, Last: -1, Step: 1, Run: watch},
		{Name: "unwatch", Group: "transactions", Arity: 1, Flags: engine.NoScript | engine.Fast, Run: unwatch},
	}
}

func multi(c *engine.Call) error {
	if c.Client.InMulti() {
		return engine.Error("ERR MULTI calls can not be nested")
	}
	c.Client.Multi()
	c.OK()
	return nil
}

func exec(c *engine.Call) error {
	if !c.Client.InMulti() {
		return engine.Error("ERR EXEC without MULTI")
	}
	return c.Exec()
}

func discard(c *engine.Call) error {
	if !c.Client.InMulti() {
		return engine.Error("ERR DISCARD without MULTI")
	}
	c.Client.Discard()
	c.OK()
	return nil
}

func watch(c *engine.Call) error {
	if c.Client.InMulti() {
		return engine.Error("ERR WATCH inside MULTI is not allowed")
	}
	for _, key := range c.Args[1:] {
		c.Watch(key)
	}
	c.OK()
	return nil
}

func unwatch(c *engine.Call) error {
	c.Client.Unwatch()
	c.OK()
	return nil
}
