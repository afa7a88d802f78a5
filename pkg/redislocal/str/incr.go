package str

import (
	"math"
	"strconv"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/extended"
)

func incr(c *engine.Call) error { return add(c, 1) }

func decr(c *engine.Call) error { return add(c, -1) }

func incrby(c *engine.Call) error {
	n, err := c.ArgInt(2)
	if err != nil {
		return err
	}
	return add(c, n)
}

func decrby(c *engine.Call) error {
	n, err := c.ArgInt(2)
	if err != nil {
		return err
	}
	if n == math.MinInt64 {
		return engine.Error("ERR decrement would overflow")
	}
	return add(c, -n)
}

// add adds to the integer that a string is.
func add(c *engine.Call, by int64) error {
	key := c.Args[1]
	s, ok, err := engine.Get[*String](c, key)
	if err != nil {
		return err
	}
	var n int64
	if ok {
		if n, ok = engine.ParseInt(string(s.b)); !ok {
			return engine.ErrInt
		}
	} else {
		s = &String{}
	}
	if by > 0 && n > math.MaxInt64-by || by < 0 && n < math.MinInt64-by {
		return engine.Error("ERR increment or decrement would overflow")
	}
	n += by
	s.b, s.edited = strconv.AppendInt(s.b[:0], n, 10), false
	c.Put(key, s)
	c.Notify(engine.ClassString, "incrby", key)
	c.Int(n)
	return nil
}

func incrbyfloat(c *engine.Call) error {
	key := c.Args[1]
	s, ok, err := engine.Get[*String](c, key)
	if err != nil {
		return err
	}
	old := "0"
	if ok {
		old = string(s.b)
	}
	sum, err := extended.Add(old, c.Args[2])
	if err != nil {
		return err
	}
	c.Put(key, value(c, key, sum))
	c.Notify(engine.ClassString, "incrbyfloat", key)
	c.Bulk(sum)
	return nil
}
