package set

import (
	"strconv"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// empty is what commands read at a key that is not there. Nothing may be added to it.
var empty = New()

// read returns the set at a key, which is empty if there is none.
func read(c *engine.Call, key string) (*Set, error) {
	s, ok, err := engine.Get[*Set](c, key)
	if !ok {
		s = empty
	}
	return s, err
}

func add(c *engine.Call) error {
	key := c.Args[1]
	s, err := engine.GetOrNew(c, key, New)
	if err != nil {
		return err
	}
	n := 0
	for _, member := range c.Args[2:] {
		if s.Add(member) {
			n++
		}
	}
	if n > 0 {
		c.Put(key, s)
		c.Notify(engine.ClassSet, "sadd", key)
	}
	c.Len(n)
	return nil
}

func remove(c *engine.Call) error {
	key := c.Args[1]
	s, err := read(c, key)
	if err != nil {
		return err
	}
	n := 0
	for _, member := range c.Args[2:] {
		if s.Remove(member) {
			n++
		}
	}
	if n > 0 {
		c.Notify(engine.ClassSet, "srem", key)
		c.Changed(key)
	}
	c.Len(n)
	return nil
}

func move(c *engine.Call) error {
	source, target, member := c.Args[1], c.Args[2], c.Args[3]
	from, ok, err := engine.Get[*Set](c, source)
	if err != nil {
		return err
	}
	if !ok {
		c.Len(0)
		return nil
	}
	to, err := engine.GetOrNew(c, target, New)
	if err != nil {
		return err
	}
	if from == to || !from.Remove(member) {
		c.Yes(from.Has(member))
		return nil
	}
	c.Notify(engine.ClassSet, "srem", source)
	c.Changed(source)
	if to.Add(member) {
		c.Put(target, to)
		c.Notify(engine.ClassSet, "sadd", target)
	}
	c.Len(1)
	return nil
}

func card(c *engine.Call) error {
	s, err := read(c, c.Args[1])
	if err == nil {
		c.Len(s.Len())
	}
	return err
}

func isMember(c *engine.Call) error {
	s, err := read(c, c.Args[1])
	if err == nil {
		c.Yes(s.Has(c.Args[2]))
	}
	return err
}

func areMembers(c *engine.Call) error {
	s, err := read(c, c.Args[1])
	if err != nil {
		return err
	}
	c.Array(len(c.Args) - 2)
	for _, member := range c.Args[2:] {
		c.Yes(s.Has(member))
	}
	return nil
}

func members(c *engine.Call) error {
	s, err := read(c, c.Args[1])
	if err == nil {
		s.reply(c)
	}
	return err
}

// reply writes all members.
func (s *Set) reply(c *engine.Call) {
	c.Set(s.Len())
	s.All(func(member string) bool {
		c.Bulk(member)
		return true
	})
}

func scan(c *engine.Call) error {
	options, err := c.ScanOptions(2, nil)
	if err != nil {
		return err
	}
	s, err := read(c, c.Args[1])
	if err != nil {
		return err
	}
	var found []string
	visit := func(member string) bool {
		if options.Matches(member) {
			found = append(found, member)
		}
		return true
	}
	var next uint64
	if s.encoding == hashtable {
		next = s.members.Scan(options.Cursor, options.Count, func(member string, _ struct{}) { visit(member) })
	} else {
		s.All(visit) // a compact one, all at once
	}
	c.Array(2)
	c.Bulk(strconv.FormatUint(next, 10))
	c.Bulks(found)
	return nil
}
