package str

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// Commands are the commands of strings.
func Commands() []engine.Command {
	const (
		read  = engine.ReadOnly | engine.Fast
		write = engine.Write | engine.DenyOOM
	)
	return []engine.Command{
		{Name: "get", Group: "string", Arity: 2, Flags: read, First: 1, Last: 1, Step: 1, Run: get},
		{Name: "set", Group: "string", Arity: -3, Flags: write, First: 1, Last: 1, Step: 1, Run: set},
	}
}
