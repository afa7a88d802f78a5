package keys

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func object() engine.Command {
	one := func(name string, run func(*engine.Call, *engine.Entry) error) engine.Command {
		return engine.Command{Name: name, Arity: 3, Flags: engine.ReadOnly, First: 2, Last: 2, Step: 1,
			Run: func(c *engine.Call) error {
				entry := c.DB.Entry(c.Args[2])
				if entry == nil {
					c.Null()
					return nil
				}
				return run(c, entry)
			}}
	}
	return engine.Command{Name: "object", Group: "generic", Arity: -2, Flags: engine.ReadOnly, Subs: []engine.Command{
		one("encoding", encoding),
		one("freq", freq),
		one("idletime", idletime),
		one("refcount", refcount),
		{Name: "help", Arity: 2, Run: objectHelp},
	}}
}

func encoding(c *engine.Call, entry *engine.Entry) error {
	c.Bulk(entry.Value.Encoding())
	return nil
}

func refcount(c *engine.Call, _ *engine.Entry) error {
	c.Int(1)
	return nil
}

func lfu(c *engine.Call) bool {
	return strings.HasSuffix(c.Engine.Config.Get("maxmemory-policy"), "-lfu")
}

func freq(c *engine.Call, entry *engine.Entry) error {
	if !lfu(c) {
		return engine.Error("ERR An LFU maxmemory policy is not selected, access frequency not tracked. Please note " +
			"that when switching between policies at runtime LRU and LFU data will take some time to adjust.")
	}
	c.Int(int64(c.Engine.Frequency(entry)))
	return nil
}

func idletime(c *engine.Call, entry *engine.Entry) error {
	if lfu(c) {
		return engine.Error("ERR An LFU maxmemory policy is selected, idle time not tracked. Please note that when " +
			"switching between policies at runtime LRU and LFU data will take some time to adjust.")
	}
	c.Int((c.Now.UnixMilli() - entry.Used) / 1000)
	return nil
}

func objectHelp(c *engine.Call) error {
	lines := []string{
		"OBJECT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
		"ENCODING <key>",
		"    Return the kind of internal representation used in order to store the value",
		"    associated with a <key>.",
		"FREQ <key>",
		"    Return the access frequency index of the <key>. The returned integer is",
		"    proportional to the logarithm of the real access frequency.",
		"IDLETIME <key>",
		"    Return the idle time of the <key>, that is the approximated number of",
		"    seconds elapsed since the last access to the key.",
		"REFCOUNT <key>",
		"    Return the number of references of the value associated with the specified",
		"    <key>.",
		"HELP",
		"    Print this help.",
	}
	c.Array(len(lines))
	for _, line := range lines {
		c.Simple(line)
	}
	return nil
}
