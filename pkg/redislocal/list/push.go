package list

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// push is LPUSH and RPUSH, and LPUSHX and RPUSHX, which leave a key alone that is not there.
func push(at end, present bool) func(*engine.Call) error {
	return func(c *engine.Call) error {
		key := c.Args[1]
		l, ok, err := engine.Get[*List](c, key)
		if err != nil {
			return err
		}
		if !ok {
			if present {
				c.Len(0)
				return nil
			}
			l = New()
		}
		for _, s := range c.Args[2:] {
			l.push(s, at)
		}
		c.Put(key, l)
		c.Notify(engine.ClassList, at.pushEvent(), key)
		c.Len(l.n)
		return nil
	}
}
