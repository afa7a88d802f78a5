package hash

import (
	"math"
	"strconv"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/extended"
)

func hincrby(c *engine.Call) error {
	by, err := c.ArgInt(3)
	if err != nil {
		return err
	}
	key, name := c.Args[1], c.Args[2]
	h, err := engine.GetOrNew(c, key, New)
	if err != nil {
		return err
	}
	var n int64
	if s, ok := h.Get(name); ok {
		if n, ok = engine.ParseInt(s); !ok {
			return engine.Error("ERR hash value is not an integer")
		}
	}
	if by > 0 && n > math.MaxInt64-by || by < 0 && n < math.MinInt64-by {
		return engine.Error("ERR increment or decrement would overflow")
	}
	h.set(name, strconv.FormatInt(n+by, 10), true)
	c.Put(key, h)
	c.Notify(engine.ClassHash, "hincrby", key)
	c.Int(n + by)
	return nil
}

func hincrbyfloat(c *engine.Call) error {
	by, err := c.ArgFloat(3)
	if err != nil {
		return err
	}
	if math.IsInf(by, 0) {
		return engine.Error("ERR value is NaN or Infinity")
	}
	key, name := c.Args[1], c.Args[2]
	h, err := engine.GetOrNew(c, key, New)
	if err != nil {
		return err
	}
	old, ok := h.Get(name)
	if !ok {
		old = "0"
	}
	if _, ok := engine.ParseFloat(old); !ok {
		return engine.Error("ERR hash value is not a float")
	}
	sum, err := extended.Add(old, c.Args[3])
	if err != nil {
		return err
	}
	h.set(name, sum, true)
	c.Put(key, h)
	c.Notify(engine.ClassHash, "hincrbyfloat", key)
	c.Bulk(sum)
	return nil
}
