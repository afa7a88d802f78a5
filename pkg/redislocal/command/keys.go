package command

import (
	"github.com/crashlab/crashlab/pkg/redislocal/acl"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// keysOf finds the keys in a whole command given as arguments.
func keysOf(c *engine.Call) (cmd *engine.Command, args []string, at []int, err error) {
	args = c.Args[2:]
	if c.Engine.Command(args[0]) == nil {
		return nil, nil, nil, engine.Error("ERR Invalid command specified")
	}
	cmd, err = c.Engine.Find(args)
	if err != nil {
		return nil, nil, nil, engine.Error("ERR Invalid number of arguments specified for command")
	}
	if cmd.First == 0 && cmd.KeysOf == nil {
		return nil, nil, nil, engine.Error("ERR The command has no key arguments")
	}
	if at = cmd.KeyIndices(args); len(at) == 0 && cmd.Group != "scripting" {
		return nil, nil, nil, engine.Error("ERR Invalid arguments specified for command")
	}
	return cmd, args, at, nil
}

func getKeys(c *engine.Call) error {
	_, args, at, err := keysOf(c)
	if err != nil {
		return err
	}
	c.Array(len(at))
	for _, i := range at {
		c.Bulk(args[i])
	}
	return nil
}

func getKeysAndFlags(c *engine.Call) error {
	cmd, args, at, err := keysOf(c)
	if err != nil {
		return err
	}
	c.Array(len(at))
	for n, i := range at {
		c.Array(2)
		c.Bulk(args[i])
		words(c, acl.KeyFlags(cmd, args, n))
	}
	return nil
}
