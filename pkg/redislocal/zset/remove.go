package zset

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

func remove(c *engine.Call) error {
	key := c.Args[1]
	z, err := read(c, key)
	if err != nil {
		return err
	}
	n := 0
	for _, member := range c.Args[2:] {
		if z.Remove(member) {
			n++
		}
	}
	if n > 0 {
		c.Notify(engine.ClassZSet, "zrem", key)
		c.Changed(key)
	}
	c.Len(n)
	return nil
}

// removeRange is ZREMRANGEBYRANK, -SCORE and -LEX.
func removeRange(by order) func(*engine.Call) error {
	return func(c *engine.Call) error {
		bounds, err := by.bounds(c.Args[2], c.Args[3])
		if err != nil {
			return err
		}
		key := c.Args[1]
		z, err := read(c, key)
		if err != nil {
			return err
		}
		from, to := bounds.ranks(z)
		z.removeRanks(from, to)
		if from < to {
			c.Notify(engine.ClassZSet, c.Name(), key)
			c.Changed(key)
		}
		c.Len(to - from)
		return nil
	}
}

// removeRanks removes the members of the ranks [from, to).
func (z *ZSet) removeRanks(from, to int) {
	if from >= to {
		return
	}
	n := z.order.at(from)
	for range to - from {
		next := n.next()
		z.drop(n)
		n = next
	}
}
