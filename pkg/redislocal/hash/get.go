package hash

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// read returns the hash of the command's key. An absent one is empty, and not to be changed.
func read(c *engine.Call) (*Hash, error) {
	h, ok, err := engine.Get[*Hash](c, c.Args[1])
	if !ok {
		return none, err
	}
	return h, err
}

// none stands for the hash of a key that is not there.
var none = New()

func hget(c *engine.Call) error {
	h, err := read(c)
	if err != nil {
		return err
	}
	value(c, h, c.Args[2])
	return nil
}

// value writes the value of a field, or null.
func value(c *engine.Call, h *Hash, name string) {
	if s, ok := h.Get(name); ok {
		c.Bulk(s)
		return
	}
	c.Null()
}

func hmget(c *engine.Call) error {
	h, err := read(c)
	if err != nil {
		return err
	}
	c.Array(len(c.Args) - 2)
	for _, name := range c.Args[2:] {
		value(c, h, name)
	}
	return nil
}

func hgetall(c *engine.Call) error {
	h, err := read(c)
	if err != nil {
		return err
	}
	c.Map(h.Len())
	h.fields.All(func(name string, f field) bool {
		c.Bulk(name)
		c.Bulk(f.value)
		return true
	})
	return nil
}

func hkeys(c *engine.Call) error {
	h, err := read(c)
	if err != nil {
		return err
	}
	c.Array(h.Len())
	h.fields.All(func(name string, _ field) bool {
		c.Bulk(name)
		return true
	})
	return nil
}

func hvals(c *engine.Call) error {
	h, err := read(c)
	if err != nil {
		return err
	}
	c.Array(h.Len())
	h.fields.All(func(_ string, f field) bool {
		c.Bulk(f.value)
		return true
	})
	return nil
}

func hlen(c *engine.Call) error {
	h, err := read(c)
	if err != nil {
		return err
	}
	c.Len(h.Len())
	return nil
}

func hexists(c *engine.Call) error {
	h, err := read(c)
	if err != nil {
		return err
	}
	c.Yes(h.fields.Has(c.Args[2]))
	return nil
}

func hstrlen(c *engine.Call) error {
	h, err := read(c)
	if err != nil {
		return err
	}
	s, _ := h.Get(c.Args[2])
	c.Len(len(s))
	return nil
}
