package keys

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// del is DEL, and UNLINK: the memory is the garbage collector's in both.
func del(c *engine.Call) error {
	n := 0
	for _, key := range c.Args[1:] {
		if c.Delete(key) {
			c.Notify(engine.ClassGeneric, "del", key)
			n++
		}
	}
	c.Len(n)
	return nil
}

func exists(c *engine.Call) error {
	n := 0
	for _, key := range c.Args[1:] {
		if c.DB.Entry(key) != nil {
			n++
		}
	}
	c.Len(n)
	return nil
}

func touch(c *engine.Call) error {
	n := 0
	for _, key := range c.Args[1:] {
		if c.Lookup(key) != nil {
			n++
		}
	}
	c.Len(n)
	return nil
}

func typeOf(c *engine.Call) error {
	entry := c.DB.Entry(c.Args[1])
	if entry == nil {
		c.Simple("none")
		return nil
	}
	c.Simple(entry.Value.Type())
	return nil
}
