package admin

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands are the commands about the server.
func Commands() []engine.Command {
	const (
		admin = engine.Admin | engine.NoScript
		fast  = engine.Fast
	)
	list := []engine.Command{
		{Name: "time", Arity: 1, Flags: fast, Run: now},
		{Name: "lastsave", Arity: 1, Flags: fast, Run: lastSave},
		{Name: "save", Arity: 1, Flags: admin | engine.NoMulti, Run: noDisk},
		{Name: "bgsave", Arity: -1, Flags: admin, Run: noDisk},
		{Name: "bgrewriteaof", Arity: 1, Flags: admin, Run: noDisk},
		{Name: "role", Arity: 1, Flags: fast | engine.NoScript, Run: role},
		{Name: "replicaof", Arity: 3, Flags: admin, Run: replicaOf},
		{Name: "slaveof", Arity: 3, Flags: admin, Run: replicaOf},
		{Name: "failover", Arity: -1, Flags: admin, Run: failover},
		{Name: "wait", Group: "generic", Arity: 3, Flags: engine.Blocking, Run: wait},
		{Name: "cluster", Group: "cluster", Arity: -2, Run: cluster},
		{Name: "readonly", Group: "cluster", Arity: 1, Flags: fast, Run: noCluster},
		{Name: "readwrite", Group: "cluster", Arity: 1, Flags: fast, Run: noCluster},
		{Name: "asking", Group: "cluster", Arity: 1, Flags: fast, Run: noCluster},
		{Name: "shutdown", Arity: -1, Flags: admin | engine.NoMulti | engine.AllowBusy, Run: shutdown},
		{Name: "lolwut", Arity: -1, Flags: engine.ReadOnly | fast, Run: lolwut},
		{Name: "module", Arity: -2, Flags: admin, Subs: []engine.Command{
			{Name: "list", Arity: 2, Flags: admin, Run: noModules},
			{Name: "load", Arity: -3, Flags: admin, Run: refuseModules},
			{Name: "loadex", Arity: -3, Flags: admin, Run: refuseModules},
			{Name: "unload", Arity: 3, Flags: admin, Run: refuseModules},
			engine.Help("MODULE", "LIST", "Return the modules that are loaded: none."),
		}},
		memoryCommand(),
		debugCommand(),
	}
	for i := range list {
		if list[i].Group == "" {
			list[i].Group = "server"
		}
	}
	return list
}
