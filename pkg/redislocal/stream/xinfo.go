package stream

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

func xinfoStream(c *engine.Call) error {
	full, count, err := fullOf(c)
	if err != nil {
		return err
	}
	s, err := lookup(c, c.Args[2])
	if err != nil {
		return err
	}
	if s == nil {
		return engine.ErrNoKey
	}
	first, _ := s.entries.Min()
	last, some := s.entries.Max()
	nodes := int64(0)
	if some {
		nodes = last.node - first.node + 1
	}
	if full {
		c.Map(9)
	} else {
		c.Map(10)
	}
	integer(c, "length", int64(s.entries.Len()))
	integer(c, "radix-tree-keys", nodes)
	integer(c, "radix-tree-nodes", nodes+1)
	text(c, "last-generated-id", s.last.String())
	text(c, "max-deleted-entry-id", s.maxDeleted.String())
	integer(c, "entries-added", s.added)
	text(c, "recorded-first-entry-id", first.id.String())
	if full {
		c.Bulk("entries")
		writeEntries(c, s.between(ID{}, maxID, count))
		c.Bulk("groups")
		writeGroups(c, s, count)
		return nil
	}
	integer(c, "groups", int64(s.groups.Len()))
	for _, one := range []struct {
		name string
		e    entry
	}{{"first-entry", first}, {"last-entry", last}} {
		if c.Bulk(one.name); some {
			writeEntry(c, one.e)
		} else {
			c.Null()
		}
	}
	return nil
}

// fullOf reads FULL and COUNT; 0 is all.
func fullOf(c *engine.Call) (full bool, count int64, err error) {
	o := c.Options(3)
	if !o.More() {
		return false, 0, nil
	}
	if o.Word() != "FULL" {
		return false, 0, wrongSubcommand(c)
	}
	count = 10
	if o.More() {
		if o.Word() != "COUNT" || o.Left() != 1 {
			return false, 0, wrongSubcommand(c)
		}
		if count, err = o.Int(); err != nil {
			return false, 0, err
		}
		if count < 0 {
			count = 10
		}
	}
	return true, count, nil
}

func integer(c *engine.Call, name string, n int64) {
	c.Bulk(name)
	c.Int(n)
}

func text(c *engine.Call, name, s string) {
	c.Bulk(name)
	c.Bulk(s)
}

// counters writes how far a group has read, and what is left.
func counters(c *engine.Call, s *Stream, g *group) {
	text(c, "last-delivered-id", g.last.String())
	optional(c, "entries-read", g.read, g.read != unknown)
	n, ok := s.lag(g)
	optional(c, "lag", n, ok)
}

func optional(c *engine.Call, name string, n int64, known bool) {
	if !known {
		c.Bulk(name)
		c.Null()
		return
	}
	integer(c, name, n)
}

// writeGroups writes all groups with their pending entries and consumers, up to count of the entries each.
func writeGroups(c *engine.Call, s *Stream, count int64) {
	c.Array(s.groups.Len())
	s.groups.Scan(func(name string, g *group) bool {
		c.Map(7)
		text(c, "name", name)
		counters(c, s, g)
		integer(c, "pel-count", int64(g.pending.Len()))
		c.Bulk("pending")
		all := after(g.pending, ID{}, maxID, count, nil)
		c.Array(len(all))
		for _, p := range all {
			c.Array(4)
			c.Bulk(p.id.String())
			c.Bulk(p.owner.name)
			c.Int(p.delivered)
			c.Int(p.deliveries)
		}
		c.Bulk("consumers")
		c.Array(g.consumers.Len())
		g.consumers.Scan(func(_ string, one *consumer) bool {
			writeConsumer(c, one, count)
			return true
		})
		return true
	})
}

func writeConsumer(c *engine.Call, one *consumer, count int64) {
	c.Map(5)
	text(c, "name", one.name)
	integer(c, "seen-time", one.seen)
	integer(c, "active-time", one.active)
	integer(c, "pel-count", int64(one.pending.Len()))
	c.Bulk("pending")
	all := after(one.pending, ID{}, maxID, count, nil)
	c.Array(len(all))
	for _, p := range all {
		c.Array(3)
		c.Bulk(p.id.String())
		c.Int(p.delivered)
		c.Int(p.deliveries)
	}
}

func xinfoGroups(c *engine.Call) error {
	s, err := lookup(c, c.Args[2])
	if err != nil {
		return err
	}
	if s == nil {
		return engine.ErrNoKey
	}
	c.Array(s.groups.Len())
	s.groups.Scan(func(name string, g *group) bool {
		c.Map(6)
		text(c, "name", name)
		integer(c, "consumers", int64(g.consumers.Len()))
		integer(c, "pending", int64(g.pending.Len()))
		counters(c, s, g)
		return true
	})
	return nil
}

func xinfoConsumers(c *engine.Call) error {
	_, g, err := existing(c, engine.ErrNoKey)
	if err != nil {
		return err
	}
	now := c.Now.UnixMilli()
	c.Array(g.consumers.Len())
	g.consumers.Scan(func(name string, one *consumer) bool {
		inactive := int64(-1)
		if one.active >= 0 {
			inactive = now - one.active
		}
		c.Map(4)
		text(c, "name", name)
		integer(c, "pending", int64(one.pending.Len()))
		integer(c, "idle", max(now-one.seen, 0))
		integer(c, "inactive", inactive)
		return true
	})
	return nil
}
