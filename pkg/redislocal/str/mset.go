package str

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

func mset(c *engine.Call) error {
	if len(c.Args)%2 == 0 {
		return engine.Error("ERR wrong number of arguments for 'mset' command")
	}
	setAll(c)
	c.OK()
	return nil
}

func msetnx(c *engine.Call) error {
	if len(c.Args)%2 == 0 {
		return engine.Error("ERR wrong number of arguments for 'msetnx' command")
	}
	for i := 1; i < len(c.Args); i += 2 {
		if c.DB.Entry(c.Args[i]) != nil {
			c.Yes(false)
			return nil
		}
	}
	setAll(c)
	c.Yes(true)
	return nil
}

func setAll(c *engine.Call) {
	for i := 1; i < len(c.Args); i += 2 {
		store(c, c.Args[i], c.Args[i+1])
		c.Notify(engine.ClassString, "set", c.Args[i])
	}
}
