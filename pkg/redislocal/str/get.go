package str

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

func get(c *engine.Call) error {
	s, ok, err := engine.Get[*String](c, c.Args[1])
	if err != nil {
		return err
	}
	if !ok {
		c.Null()
		return nil
	}
	c.Bytes(s.b)
	return nil
}
