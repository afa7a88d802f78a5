package zset

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// end is one of the two ends of a sorted set.
type end int

const (
	lowest end = iota
	highest
)

// pop removes the member at an end, which there must be.
func (z *ZSet) pop(at end) *node {
	n := z.order.head.next()
	if at == highest {
		n = z.order.tail
	}
	z.drop(n)
	return n
}

// popped tells the engine that members have been taken from an end.
func popped(c *engine.Call, key string, at end) {
	c.Notify(engine.ClassZSet, [...]string{"zpopmin", "zpopmax"}[at], key)
	c.Changed(key)
}

// pop is ZPOPMIN and ZPOPMAX.
func pop(at end) func(*engine.Call) error {
	return func(c *engine.Call) error {
		if len(c.Args) > 3 {
			return engine.ErrSyntax
		}
		count, many := int64(1), len(c.Args) == 3
		if many {
			var ok bool
			if count, ok = engine.ParseInt(c.Args[2]); !ok || count < 0 {
				return engine.ErrRange
			}
		}
		key := c.Args[1]
		z, ok, err := engine.Get[*ZSet](c, key)
		if err != nil {
			return err
		}
		n := 0
		if ok {
			n = int(min(count, int64(z.Len())))
		}
		nested := many && c.Three
		switch {
		case n == 0:
			c.Array(0)
			return nil
		case nested:
			c.Array(n)
		default:
			c.Array(2 * n)
		}
		for range n {
			if nested {
				c.Array(2)
			}
			member := z.pop(at)
			c.Bulk(member.member)
			c.Double(member.score)
		}
		popped(c, key, at)
		return nil
	}
}

// blockingPop is BZPOPMIN and BZPOPMAX.
func blockingPop(at end) func(*engine.Call) error {
	return func(c *engine.Call) error {
		last := len(c.Args) - 1
		timeout, err := c.Timeout(c.Args[last])
		if err != nil {
			return err
		}
		keys := c.Args[1:last]
		key, z, ok, err := engine.First[*ZSet](c, keys)
		switch {
		case err != nil:
			return err
		case !ok:
			return c.Block(keys, timeout, (*resp.Writer).NullArray)
		}
		n := z.pop(at)
		c.Array(3)
		c.Bulk(key)
		c.Bulk(n.member)
		c.Double(n.score)
		popped(c, key, at)
		return nil
	}
}

// manyArgs are the arguments of ZMPOP and BZMPOP.
type manyArgs struct {
	keys  []string
	at    end
	count int64
}

// manyArgsOf reads them from the number of keys on, which is the i-th argument.
func manyArgsOf(c *engine.Call, i int) (a manyArgs, err error) {
	if a.keys, err = c.NumKeys(i); err != nil {
		return a, err
	}
	o := c.Options(i + 1 + len(a.keys))
	where, err := o.Next()
	switch strings.ToUpper(where) {
	case "MIN":
		a.at = lowest
	case "MAX":
		a.at = highest
	default:
		err = engine.ErrSyntax
	}
	if err != nil {
		return a, err
	}
	if !o.More() {
		a.count = 1
		return a, nil
	}
	if o.Word() != "COUNT" || o.Left() == 0 {
		return a, engine.ErrSyntax
	}
	if a.count, err = o.Int(); err != nil || a.count < 1 {
		return a, engine.Error("ERR count should be greater than 0")
	}
	if o.More() {
		return a, engine.ErrSyntax
	}
	return a, nil
}

// pop takes members from the first sorted set that is there, and reports whether there was one.
func (a manyArgs) pop(c *engine.Call) (bool, error) {
	key, z, ok, err := engine.First[*ZSet](c, a.keys)
	if err != nil || !ok {
		return false, err
	}
	c.Array(2)
	c.Bulk(key)
	n := int(min(a.count, int64(z.Len())))
	c.Array(n)
	for range n {
		member := z.pop(a.at)
		c.Array(2)
		c.Bulk(member.member)
		c.Double(member.score)
	}
	popped(c, key, a.at)
	return true, nil
}

func popMany(c *engine.Call) error {
	a, err := manyArgsOf(c, 1)
	if err != nil {
		return err
	}
	done, err := a.pop(c)
	if err == nil && !done {
		c.NullArray()
	}
	return err
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
