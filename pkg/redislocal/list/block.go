package list

import (
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// blockingPop is BLPOP and BRPOP.
func blockingPop(at end) func(*engine.Call) error {
	return func(c *engine.Call) error {
		last := len(c.Args) - 1
		timeout, err := c.Timeout(c.Args[last])
		if err != nil {
			return err
		}
		keys := c.Args[1:last]
		key, l, ok, err := engine.First[*List](c, keys)
		switch {
		case err != nil:
			return err
		case !ok:
			return c.Block(keys, timeout, (*resp.Writer).NullArray)
		}
		c.Array(2)
		c.Bulk(key)
		c.Bulk(l.pop(at))
		popped(c, key, at)
		return nil
	}
}

func blockingPopMany(c *engine.Call) error {
	a, err := manyArgsOf(c, 2)
	if err != nil {
		return err
	}
	timeout, err := c.Timeout(c.Args[1])
	if err != nil {
		return err
	}
	done, err := a.pop(c)
	if err != nil || done {
		return err
	}
	return c.Block(a.keys, timeout, (*resp.Writer).NullArray)
}

func blockingMove(c *engine.Call) error {
	from, to, err := ends(c)
	if err != nil {
		return err
	}
	return blocking(c, from, to, c.Args[5])
}

func blockingPopPush(c *engine.Call) error { return blocking(c, right, left, c.Args[3]) }

func blocking(c *engine.Call, from, to end, timeout string) error {
	wait, err := c.Timeout(timeout)
	if err != nil {
		return err
	}
	source, _, ok, err := engine.First[*List](c, c.Args[1:2])
	switch {
	case err != nil:
		return err
	case !ok && c.Nested():
		c.Null()
		return nil
	case !ok:
		return c.Block(c.Args[1:2], wait, (*resp.Writer).NullArray) // an array, though it replies with a string
	}
	return moveOne(c, source, c.Args[2], from, to)
}
