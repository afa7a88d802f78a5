package zset

import (
	"math"
	"strconv"

	"github.com/crashlab/crashlab/pkg/redislocal/dict"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// random returns a random member, a number of different ones, or with a negative count a number of any.
func random(c *engine.Call) error {
	if len(c.Args) == 2 {
		z, err := read(c, c.Args[1])
		switch {
		case err != nil:
			return err
		case z.Len() == 0:
			c.Null()
		default:
			c.Bulk(z.members.Random(c.Engine.Rand).Key)
		}
		return nil
	}
	count, scores, err := randomOptions(c)
	if err != nil {
		return err
	}
	z, err := read(c, c.Args[1])
	if err != nil {
		return err
	}
	const score = 32 // bytes, at most about
	chosen, err := engine.Choose(c, z.members, count, func(item dict.Item[*node]) int { return len(item.Key) + score })
	if err != nil {
		return err
	}
	if scores {
		c.Pairs(len(chosen))
	} else {
		c.Array(len(chosen))
	}
	for _, item := range chosen {
		if scores {
			c.Pair()
		}
		c.Bulk(item.Key)
		if scores {
			c.Double(item.Value.score)
		}
	}
	return nil
}

func randomOptions(c *engine.Call) (count int64, scores bool, err error) {
	if count, err = c.ArgInt(2); err == nil {
		err = engine.Between(count, -math.MaxInt64, math.MaxInt64)
	}
	if err != nil {
		return 0, false, err
	}
	if o := c.Options(3); o.More() {
		if o.Word() != "WITHSCORES" || o.More() {
			return 0, false, engine.ErrSyntax
		}
		if count < -math.MaxInt64/2 || count > math.MaxInt64/2 {
			return 0, false, engine.Error("ERR value is out of range")
		}
		scores = true
	}
	return count, scores, nil
}

func scan(c *engine.Call) error {
	options, err := c.ScanOptions(2, nil)
	if err != nil {
		return err
	}
	z, err := read(c, c.Args[1])
	if err != nil {
		return err
	}
	if !z.large {
		options.Cursor, options.Count = 0, z.Len() // as a listpack, all at once
	}
	var found []string
	next := z.members.Scan(options.Cursor, options.Count, func(member string, n *node) {
		if options.Matches(member) {
			found = append(found, member, resp.FormatFloat(n.score))
		}
	})
	c.Array(2)
	c.Bulk(strconv.FormatUint(next, 10))
	c.Bulks(found)
	return nil
}
