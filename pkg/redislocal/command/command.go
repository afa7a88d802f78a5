package command

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/acl"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Commands is COMMAND.
func Commands() []engine.Command {
	const flags = engine.Unpaused
	return []engine.Command{{Name: "command", Group: "server", Arity: -1, Flags: flags, Run: all, Subs: []engine.Command{
		{Name: "count", Arity: 2, Flags: flags, Run: count},
		{Name: "info", Arity: -2, Flags: flags, Run: info},
		{Name: "docs", Arity: -2, Flags: flags, Run: docs},
		{Name: "list", Arity: -2, Flags: flags, Run: list},
		{Name: "getkeys", Arity: -3, Flags: flags, Run: getKeys},
		{Name: "getkeysandflags", Arity: -3, Flags: flags, Run: getKeysAndFlags},
		engine.Help("COMMAND",
			"(no subcommand)", "Return what is known about all commands.",
			"COUNT", "Return the number of commands.",
			"LIST [FILTERBY (MODULE <name>|ACLCAT <category>|PATTERN <pattern>)]", "Return the names of commands.",
			"INFO [<command-name> ...]", "Return what is known about commands, or all.",
			"DOCS [<command-name> ...]", "Return the group and the subcommands of commands, or all.",
			"GETKEYS <full-command>", "Return the keys of a command.",
			"GETKEYSANDFLAGS <full-command>", "Return the keys of a command, and what it does with each."),
	}}}
}

func count(c *engine.Call) error {
	c.Len(len(c.Engine.Commands()))
	return nil
}

func all(c *engine.Call) error {
	names := c.Engine.Commands()
	c.Array(len(names))
	for _, name := range names {
		describe(c, c.Engine.Command(name))
	}
	return nil
}

func info(c *engine.Call) error {
	if len(c.Args) == 2 {
		return all(c)
	}
	c.Array(len(c.Args) - 2)
	for _, name := range c.Args[2:] {
		if cmd := named(c.Engine, name); cmd != nil {
			describe(c, cmd)
		} else {
			c.NullArray()
		}
	}
	return nil
}

// named finds a command by its full name, as "config|get".
func named(e *engine.Engine, name string) *engine.Command {
	container, sub, ok := strings.Cut(strings.ToLower(name), "|")
	cmd := e.Command(container)
	if !ok || cmd == nil {
		return cmd
	}
	for i := range cmd.Subs {
		if cmd.Subs[i].Name == sub {
			return &cmd.Subs[i]
		}
	}
	return nil
}

// describe writes a command's entry: name, arity, flags, keys, categories, tips, key specifications, subcommands.
func describe(c *engine.Call, cmd *engine.Command) {
	c.Array(10)
	c.Bulk(cmd.Full())
	c.Len(cmd.Arity)
	words(c, cmd.Words())
	c.Len(cmd.First)
	c.Len(cmd.Last)
	c.Len(cmd.Step)
	categories := acl.Categories(cmd)
	c.Set(len(categories))
	for _, name := range categories {
		c.Simple("@" + name)
	}
	c.Array(0)
	if cmd.First > 0 {
		c.Array(1)
		specification(c, cmd)
	} else {
		c.Array(0)
	}
	c.Array(len(cmd.Subs))
	for i := range cmd.Subs {
		describe(c, &cmd.Subs[i])
	}
}

func words(c *engine.Call, all []string) {
	c.Set(len(all))
	for _, word := range all {
		c.Simple(word)
	}
}

// specification writes where the keys are: at an index, up to another, each so many arguments.
func specification(c *engine.Call, cmd *engine.Command) {
	last := cmd.Last
	if last > 0 {
		last -= cmd.First // it counts from the first
	}
	c.Map(3)
	c.Bulk("flags")
	words(c, acl.KeyFlags(cmd, nil, 0))
	c.Bulk("begin_search")
	c.Map(2)
	c.Bulk("type")
	c.Bulk("index")
	c.Bulk("spec")
	c.Map(1)
	c.Bulk("index")
	c.Len(cmd.First)
	c.Bulk("find_keys")
	c.Map(2)
	c.Bulk("type")
	c.Bulk("range")
	c.Bulk("spec")
	c.Map(3)
	c.Bulk("lastkey")
	c.Len(last)
	c.Bulk("keystep")
	c.Len(cmd.Step)
	c.Bulk("limit")
	c.Len(0)
}

func docs(c *engine.Call) error {
	names := c.Args[2:]
	if len(names) == 0 {
		names = c.Engine.Commands()
	}
	var found []*engine.Command
	for _, name := range names {
		if cmd := named(c.Engine, name); cmd != nil {
			found = append(found, cmd)
		}
	}
	document(c, found)
	return nil
}

func document(c *engine.Call, all []*engine.Command) {
	c.Map(len(all))
	for _, cmd := range all {
		c.Bulk(cmd.Full())
		fields := 3
		if len(cmd.Subs) > 0 {
			fields++
		}
		c.Map(fields)
		c.Bulk("summary")
		c.Bulk("")
		c.Bulk("since")
		c.Bulk("")
		c.Bulk("group")
		c.Bulk(cmd.Group)
		if len(cmd.Subs) > 0 {
			c.Bulk("subcommands")
			subs := make([]*engine.Command, len(cmd.Subs))
			for i := range cmd.Subs {
				subs[i] = &cmd.Subs[i]
			}
			document(c, subs)
		}
	}
}

// list returns the names of commands, subcommands not among them unless a filter asks for them.
func list(c *engine.Call) error {
	keep := func(*engine.Command) bool { return true }
	if o := c.Options(2); o.More() {
		if o.Left() != 3 || o.Word() != "FILTERBY" {
			return engine.ErrSyntax
		}
		kind := o.Word()
		value, _ := o.Next()
		value = strings.ToLower(value)
		switch kind {
		case "MODULE":
			keep = func(*engine.Command) bool { return false }
		case "ACLCAT":
			if !acl.IsCategory(value) {
				keep = func(*engine.Command) bool { return false }
				break
			}
			keep = func(cmd *engine.Command) bool { return acl.In(cmd, value) }
		case "PATTERN":
			keep = func(cmd *engine.Command) bool { return engine.Match(value, cmd.Full()) }
		default:
			return engine.ErrSyntax
		}
	}
	var found []string
	for _, name := range c.Engine.Commands() {
		cmd := c.Engine.Command(name)
		if keep(cmd) {
			found = append(found, name)
		}
		for i := range cmd.Subs {
			if len(c.Args) > 2 && keep(&cmd.Subs[i]) {
				found = append(found, cmd.Subs[i].Full())
			}
		}
	}
	c.Bulks(found)
	return nil
}
