package config

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Commands is CONFIG.
func Commands() []engine.Command {
	const flags = engine.Admin | engine.NoScript
	return []engine.Command{{Name: "config", Group: "server", Arity: -2, Flags: flags, Subs: []engine.Command{
		{Name: "get", Arity: -3, Flags: flags, Run: get},
		{Name: "set", Arity: -4, Flags: flags, Run: set},
		{Name: "resetstat", Arity: 2, Flags: flags, Run: resetStat},
		{Name: "rewrite", Arity: 2, Flags: flags, Run: rewrite},
		engine.Help("CONFIG",
			"GET <pattern> [<pattern> ...]", "Return the parameters that match a pattern, and their values.",
			"SET <directive> <value> [<directive> <value> ...]", "Set parameters, all or none.",
			"RESETSTAT", "Reset the counters that INFO shows.",
			"REWRITE", "Rewrite the configuration file: an error, as there is none."),
	}}}
}

// get returns the parameters that match any of the patterns, each once.
func get(c *engine.Call) error {
	var found []string
	for _, name := range c.Engine.Config.Names() {
		for _, pattern := range c.Args[2:] {
			if engine.Match(strings.ToLower(pattern), name) {
				found = append(found, name)
				break
			}
		}
	}
	c.Map(len(found))
	for _, name := range found {
		c.Bulk(name)
		c.Bulk(c.Engine.Config.Get(name))
	}
	return nil
}

// set sets all parameters, or none if one of them is wrong.
func set(c *engine.Call) error {
	pairs := c.Args[2:]
	if len(pairs)%2 != 0 {
		return c.ErrArity()
	}
	seen := map[string]bool{}
	for i := 0; i < len(pairs); i += 2 {
		name := strings.ToLower(pairs[i])
		if err := c.Engine.Config.Check(name, pairs[i+1]); err != nil {
			return err
		}
		if seen[name] {
			return engine.Error("ERR CONFIG SET failed (possibly related to argument '" + name + "') - duplicate parameter")
		}
		seen[name] = true
	}
	for i := 0; i < len(pairs); i += 2 {
		c.Engine.Config.Set(strings.ToLower(pairs[i]), pairs[i+1])
	}
	c.OK()
	return nil
}

func resetStat(c *engine.Call) error {
	c.Engine.Stats().Reset()
	c.OK()
	return nil
}

func rewrite(*engine.Call) error {
	return engine.Error("ERR The server is running without a config file")
}
