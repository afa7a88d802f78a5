package stream

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands are the commands of streams.
func Commands() []engine.Command {
	const (
		read   = engine.ReadOnly
		change = engine.Write | engine.Fast
		write  = engine.Write | engine.Fast | engine.DenyOOM
		wait   = engine.Blocking | engine.Movable
	)
	list := []engine.Command{
		{Name: "xadd", Arity: -5, Flags: write, Run: xadd},
		{Name: "xlen", Arity: 2, Flags: read | engine.Fast, Run: xlen},
		{Name: "xrange", Arity: -4, Flags: read, Run: xrange},
		{Name: "xrevrange", Arity: -4, Flags: read, Run: xrevrange},
		{Name: "xdel", Arity: -3, Flags: change, Run: xdel},
		{Name: "xdelex", Arity: -5, Flags: change, Run: xdelex},
		{Name: "xtrim", Arity: -4, Flags: engine.Write, Run: xtrim},
		{Name: "xsetid", Arity: -3, Flags: write, Run: xsetid},
		{Name: "xack", Arity: -4, Flags: change, Run: xack},
		{Name: "xackdel", Arity: -6, Flags: change, Run: xackdel},
		{Name: "xpending", Arity: -3, Flags: read, Run: xpending},
		{Name: "xclaim", Arity: -6, Flags: change, Run: xclaim},
		{Name: "xautoclaim", Arity: -6, Flags: change, Run: xautoclaim},
		{Name: "xread", Arity: -4, Flags: read | wait, KeysOf: streamsOf, Run: xread},
		{Name: "xreadgroup", Arity: -7, Flags: engine.Write | wait, KeysOf: streamsOf, Run: xreadgroup},
		{Name: "xgroup", Arity: -2, Subs: []engine.Command{
			{Name: "create", Arity: -5, Flags: engine.Write | engine.DenyOOM, Run: xgroupCreate},
			{Name: "setid", Arity: -5, Flags: engine.Write, Run: xgroupSetID},
			{Name: "destroy", Arity: 4, Flags: engine.Write, Run: xgroupDestroy},
			{Name: "createconsumer", Arity: 5, Flags: engine.Write | engine.DenyOOM, Run: xgroupCreateConsumer},
			{Name: "delconsumer", Arity: 5, Flags: engine.Write, Run: xgroupDelConsumer},
			engine.Help("XGROUP", groupHelp...),
		}},
		{Name: "xinfo", Arity: -2, Subs: []engine.Command{
			{Name: "stream", Arity: -3, Flags: read, Run: xinfoStream},
			{Name: "groups", Arity: 3, Flags: read, Run: xinfoGroups},
			{Name: "consumers", Arity: 4, Flags: read, Run: xinfoConsumers},
			engine.Help("XINFO", infoHelp...),
		}},
	}
	for i := range list {
		cmd := &list[i]
		cmd.Group = "stream"
		for j := range cmd.Subs {
			if sub := &cmd.Subs[j]; sub.Name != "help" {
				sub.First, sub.Last, sub.Step = 2, 2, 1
			}
		}
		if cmd.KeysOf == nil && cmd.Subs == nil {
			cmd.First, cmd.Last, cmd.Step = 1, 1, 1
		}
	}
	return list
}

var groupHelp = []string{
	"CREATE <key> <groupname> <id|$> [MKSTREAM] [ENTRIESREAD entries_read]", "Create a new consumer group.",
	"CREATECONSUMER <key> <groupname> <consumer>", "Create a new consumer in the specified group.",
	"DELCONSUMER <key> <groupname> <consumer>", "Remove the specified consumer.",
	"DESTROY <key> <groupname>", "Remove the specified group.",
	"SETID <key> <groupname> <id|$> [ENTRIESREAD entries_read]", "Set the current group ID and entries_read counter.",
}

var infoHelp = []string{
	"CONSUMERS <key> <groupname>", "Show consumers of <groupname>.",
	"GROUPS <key>", "Show the stream consumer groups.",
	"STREAM <key> [FULL [COUNT <count>]", "Show information about the stream.",
}
