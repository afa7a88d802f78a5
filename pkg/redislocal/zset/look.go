package zset

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func card(c *engine.Call) error {
	z, err := read(c, c.Args[1])
	if err == nil {
		c.Len(z.Len())
	}
	return err
}

// count is ZCOUNT and ZLEXCOUNT.
func count(by order) func(*engine.Call) error {
	return func(c *engine.Call) error {
		bounds, err := by.bounds(c.Args[2], c.Args[3])
		if err != nil {
			return err
		}
		z, err := read(c, c.Args[1])
		if err != nil {
			return err
		}
		from, to := bounds.ranks(z)
		c.Len(to - from)
		return nil
	}
}

func score(c *engine.Call) error {
	z, err := read(c, c.Args[1])
	if err == nil {
		z.replyScore(c, c.Args[2])
	}
	return err
}

func scores(c *engine.Call) error {
	z, err := read(c, c.Args[1])
	if err != nil {
		return err
	}
	c.Array(len(c.Args) - 2)
	for _, member := range c.Args[2:] {
		z.replyScore(c, member)
	}
	return nil
}

func (z *ZSet) replyScore(c *engine.Call, member string) {
	if score, ok := z.Score(member); ok {
		c.Double(score)
	} else {
		c.Null()
	}
}

// rank is ZRANK and ZREVRANK.
func rank(reverse bool) func(*engine.Call) error {
	return func(c *engine.Call) error {
		if len(c.Args) > 4 {
			return engine.Error("ERR wrong number of arguments for '" + c.Name() + "' command")
		}
		withScore := len(c.Args) == 4
		if withScore && strings.ToUpper(c.Args[3]) != "WITHSCORE" {
			return engine.ErrSyntax
		}
		z, err := read(c, c.Args[1])
		if err != nil {
			return err
		}
		n, ok := z.members.Get(c.Args[2])
		switch {
		case !ok && withScore:
			c.NullArray()
			return nil
		case !ok:
			c.Null()
			return nil
		}
		at := z.rank(n)
		if reverse {
			at = z.Len() - 1 - at
		}
		if withScore {
			c.Array(2)
			c.Len(at)
			c.Double(n.score)
		} else {
			c.Len(at)
		}
		return nil
	}
}
