package hash

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

func hset(c *engine.Call) error {
	added, err := setAll(c)
	if err != nil {
		return err
	}
	c.Len(added)
	return nil
}

func hmset(c *engine.Call) error {
	if _, err := setAll(c); err != nil {
		return err
	}
	c.OK()
	return nil
}

// setAll sets the fields and values that follow the key, and returns the number of new fields.
func setAll(c *engine.Call) (int, error) {
	key, pairs := c.Args[1], c.Args[2:]
	if len(pairs)%2 != 0 {
		return 0, arity(c)
	}
	h, err := engine.GetOrNew(c, key, New)
	if err != nil {
		return 0, err
	}
	added := 0
	for i := 0; i < len(pairs); i += 2 {
		if h.Set(pairs[i], pairs[i+1]) {
			added++
		}
	}
	c.Put(key, h)
	c.Notify(engine.ClassHash, "hset", key)
	return added, nil
}

func hsetnx(c *engine.Call) error {
	key, name := c.Args[1], c.Args[2]
	h, err := engine.GetOrNew(c, key, New)
	if err != nil {
		return err
	}
	absent := !h.fields.Has(name)
	if absent {
		h.Set(name, c.Args[3])
		c.Put(key, h)
		c.Notify(engine.ClassHash, "hset", key)
	}
	c.Yes(absent)
	return nil
}

func hdel(c *engine.Call) error {
	key := c.Args[1]
	h, ok, err := engine.Get[*Hash](c, key)
	if err != nil {
		return err
	}
	removed := 0
	if ok {
		for _, name := range c.Args[2:] {
			if h.Delete(name) {
				removed++
			}
		}
	}
	if removed > 0 {
		c.Notify(engine.ClassHash, "hdel", key)
		c.Changed(key)
	}
	c.Len(removed)
	return nil
}
