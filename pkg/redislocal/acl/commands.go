package acl

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands is ACL.
func (a *ACL) Commands() []engine.Command {
	const (
		admin = engine.Admin | engine.NoScript
		open  = engine.NoScript
	)
	return []engine.Command{{Name: "acl", Group: "server", Arity: -2, Flags: open, Subs: []engine.Command{
		{Name: "setuser", Arity: -3, Flags: admin, Run: a.setUser},
		{Name: "getuser", Arity: 3, Flags: admin, Run: a.getUser},
		{Name: "deluser", Arity: -3, Flags: admin, Run: a.deleteUsers},
		{Name: "list", Arity: 2, Flags: admin, Run: a.list},
		{Name: "users", Arity: 2, Flags: admin, Run: a.showUsers},
		{Name: "whoami", Arity: 2, Flags: open, Run: whoAmI},
		{Name: "cat", Arity: -2, Flags: open, Run: cat},
		{Name: "genpass", Arity: -2, Flags: open, Run: generate},
		{Name: "log", Arity: -2, Flags: admin, Run: a.showLog},
		{Name: "dryrun", Arity: -4, Flags: admin, Run: a.dryRun},
		{Name: "load", Arity: 2, Flags: admin, Run: noFile},
		{Name: "save", Arity: 2, Flags: admin, Run: noFile},
		engine.Help("ACL",
			"CAT [<category>]", "List the categories, or the commands of one.",
			"DELUSER <username> [<username> ...]", "Delete users, and end their connections.",
			"DRYRUN <username> <command> [<arg> ...]", "Return whether a user may run a command.",
			"GETUSER <username>", "Return a user's rules.",
			"GENPASS [<bits>]", "Return a random password of 64 hexadecimal digits, or of a number of bits.",
			"LIST", "Return all users and their rules, as one would configure them.",
			"LOAD", "Load users from a file: an error, as there is none.",
			"LOG [<count>|RESET]", "Return what was refused last.",
			"SAVE", "Save users to a file: an error, as there is none.",
			"SETUSER <username> <attribute> [<attribute> ...]", "Create or change a user.",
			"USERS", "Return the names of all users.",
			"WHOAMI", "Return the name of the connection's user."),
	}}}
}

func noFile(*engine.Call) error {
	return engine.Error("ERR This Redis instance is not configured to use an ACL file. You may want to specify users " +
		"via the ACL SETUSER command and then issue a CONFIG REWRITE (assuming you have a Redis configuration file set) " +
		"in order to store users in the Redis configuration.")
}
