package set

import (
	"math"

	"github.com/crashlab/crashlab/pkg/redislocal/dict"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// random returns a random member, a number of different ones, or with a negative count a number of any.
func random(c *engine.Call) error {
	if len(c.Args) > 3 {
		return engine.ErrSyntax
	}
	count, many := int64(0), len(c.Args) == 3
	if many {
		var err error
		if count, err = c.ArgInt(2); err == nil {
			err = engine.Between(count, -math.MaxInt64, math.MaxInt64)
		}
		if err != nil {
			return err
		}
	}
	s, err := read(c, c.Args[1])
	if err != nil {
		return err
	}
	if !many {
		if s.Len() == 0 {
			c.Null()
			return nil
		}
		c.Bulk(s.members.Random(c.Engine.Rand).Key)
		return nil
	}
	if count >= int64(s.Len()) {
		c.Array(s.Len())
		s.All(func(member string) bool {
			c.Bulk(member)
			return true
		})
		return nil
	}
	chosen, err := engine.Choose(c, s.members, count, func(item dict.Item[struct{}]) int { return len(item.Key) })
	if err != nil {
		return err
	}
	c.Array(len(chosen))
	for _, item := range chosen {
		c.Bulk(item.Key)
	}
	return nil
}

func pop(c *engine.Call) error {
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
	s, err := read(c, key)
	if err != nil {
		return err
	}
	n := int(min(count, int64(s.Len())))
	switch {
	case many:
		c.Set(n)
	case n == 0:
		c.Null()
	}
	if n == 0 {
		return nil
	}
	for range n {
		member := s.members.Random(c.Engine.Rand).Key
		s.Remove(member)
		c.Bulk(member)
	}
	c.Notify(engine.ClassSet, "spop", key)
	c.Changed(key)
	return nil
}
