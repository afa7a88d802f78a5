package str

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

func get(c *engine.Call) error {
	s, ok, err := engine.Get[*String](c, c.Args[1])
	if err != nil {
		return err
	}
	reply(c, s, ok)
	return nil
}

func reply(c *engine.Call, s *String, ok bool) {
	if !ok {
		c.Null()
		return
	}
	c.Bytes(s.b)
}

func strlen(c *engine.Call) error {
	s, ok, err := engine.Get[*String](c, c.Args[1])
	if err != nil {
		return err
	}
	if !ok {
		c.Len(0)
		return nil
	}
	c.Len(len(s.b))
	return nil
}

func mget(c *engine.Call) error {
	c.Array(len(c.Args) - 1)
	for _, key := range c.Args[1:] {
		s, ok, err := engine.Get[*String](c, key)
		reply(c, s, ok && err == nil) // a key of another type is nil here
	}
	return nil
}

func getdel(c *engine.Call) error {
	key := c.Args[1]
	s, ok, err := engine.Get[*String](c, key)
	if err != nil {
		return err
	}
	reply(c, s, ok)
	if ok {
		c.Delete(key)
		c.Notify(engine.ClassGeneric, "del", key)
	}
	return nil
}

func getset(c *engine.Call) error {
	key := c.Args[1]
	s, ok, err := engine.Get[*String](c, key)
	if err != nil {
		return err
	}
	reply(c, s, ok)
	store(c, key, c.Args[2])
	c.Notify(engine.ClassString, "set", key)
	return nil
}

// getex reads a string and gives it a deadline, or takes it away.
func getex(c *engine.Call) error {
	var e expiry
	persist := false
	for o := c.Options(2); o.More(); {
		switch word := o.Word(); {
		case word == "PERSIST" && e.unit == "":
			persist = true
		case persist || !e.take(c, o, word):
			return engine.ErrSyntax
		}
	}
	key := c.Args[1]
	s, ok, err := engine.Get[*String](c, key)
	if err != nil {
		return err
	}
	if !ok {
		c.Null()
		return nil
	}
	at, err := e.at(c)
	if err != nil {
		return err
	}
	c.Bytes(s.b)
	switch {
	case at != 0 && at <= c.Now.UnixMilli():
		c.Delete(key)
		c.Notify(engine.ClassGeneric, "del", key)
	case at != 0:
		c.Expire(key, at)
		c.Notify(engine.ClassGeneric, "expire", key)
	case persist && c.DB.Entry(key).Expire != 0:
		c.Expire(key, 0)
		c.Notify(engine.ClassGeneric, "persist", key)
	}
	return nil
}
