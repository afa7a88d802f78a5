package admin

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func memoryCommand() engine.Command {
	return engine.Command{Name: "memory", Arity: -2, Subs: []engine.Command{
		{Name: "usage", Arity: -3, Flags: engine.ReadOnly, First: 2, Last: 2, Step: 1, Run: usage},
		{Name: "stats", Arity: 2, Run: memoryStats},
		{Name: "doctor", Arity: 2, Run: text("The keys are all that this server accounts for: there is nothing to find.")},
		{Name: "malloc-stats", Arity: 2, Run: text("Stats not supported for the current allocator")},
		{Name: "purge", Arity: 2, Run: purge},
		engine.Help("MEMORY",
			"DOCTOR", "Return memory problems.",
			"MALLOC-STATS", "Return the allocator's statistics.",
			"PURGE", "Release memory: Go's runtime does that by itself.",
			"STATS", "Return how memory is used.",
			"USAGE <key> [SAMPLES <count>]", "Return about what a key takes, in bytes."),
	}}
}

func usage(c *engine.Call) error {
	for o := c.Options(3); o.More(); {
		if o.Word() != "SAMPLES" {
			return engine.ErrSyntax
		}
		n, err := o.Int()
		if err != nil {
			return err
		}
		if n < 0 {
			return engine.ErrSyntax
		}
	}
	entry := c.DB.Entry(c.Args[2])
	if entry == nil {
		c.Null()
		return nil
	}
	c.Len(entry.Size())
	return nil
}

func memoryStats(c *engine.Call) error {
	used, keys := c.Engine.Used(), 0
	for i := range engine.Databases {
		keys += c.Engine.DB(i).Keys().Len()
	}
	peak := max(used, c.Engine.Stats().Peak)
	numbers := []struct {
		name  string
		value int64
	}{
		{"peak.allocated", peak}, {"total.allocated", used}, {"startup.allocated", 0}, {"replication.backlog", 0},
		{"clients.slaves", 0}, {"clients.normal", 0}, {"cluster.links", 0}, {"aof.buffer", 0}, {"lua.caches", 0},
		{"functions.caches", 0}, {"script.VMs", 0}, {"overhead.total", 0}, {"keys.count", int64(keys)},
		{"keys.bytes-per-key", used / max(int64(keys), 1)}, {"dataset.bytes", used},
	}
	c.Map(len(numbers) + 3)
	for _, n := range numbers {
		c.Bulk(n.name)
		c.Int(n.value)
	}
	c.Bulk("dataset.percentage")
	c.Double(100)
	c.Bulk("peak.percentage")
	c.Double(100 * float64(used) / float64(max(peak, 1)))
	c.Bulk("fragmentation")
	c.Double(1)
	return nil
}

func text(s string) func(*engine.Call) error {
	return func(c *engine.Call) error {
		c.Verbatim("txt", strings.TrimSpace(s)+"\n")
		return nil
	}
}

func purge(c *engine.Call) error {
	c.OK()
	return nil
}
