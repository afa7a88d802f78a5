package engine

// Help is the subcommand HELP of a container. The lines come in pairs: a form, and what it does.
func Help(container string, lines ...string) Command {
	return Command{Name: "help", Arity: 2, Flags: Fast, Run: func(c *Call) error {
		c.Array(len(lines) + 3)
		c.Simple(container + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:")
		for i, line := range lines {
			if i%2 == 1 {
				line = "    " + line
			}
			c.Simple(line)
		}
		c.Simple("HELP")
		c.Simple("    Print this help.")
		return nil
	}}
}
