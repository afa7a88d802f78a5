package zset

import (
	"math"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// query is what ZRANGE and its kin ask for.
type query struct {
	open    bool // BYSCORE, BYLEX and REV may still be said
	by      order
	reverse bool
	scores  bool // WITHSCORES
	offset  int64
	limit   int64 // negative is none
	bounds  bounds
}

// read reads a key's range and options, which begin at the i-th argument.
func (q *query) read(c *engine.Call, i int, store bool) error {
	q.limit = -1
	open := q.open
	for o := c.Options(i + 2); o.More(); {
		switch word := o.Word(); {
		case word == "WITHSCORES" && !store:
			q.scores = true
		case word == "LIMIT" && o.Left() >= 2:
			var err error
			if q.offset, err = o.Int(); err == nil {
				q.limit, err = o.Int()
			}
			if err != nil {
				return err
			}
		case word == "REV" && open && !q.reverse:
			q.reverse = true
		case word == "BYLEX" && open && q.by == byRank:
			q.by = byLex
		case word == "BYSCORE" && open && q.by == byRank:
			q.by = byScore
		default:
			return engine.ErrSyntax
		}
	}
	switch {
	case q.limit != -1 && q.by == byRank:
		return engine.Error("ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX")
	case q.scores && q.by == byLex:
		return engine.Error("ERR syntax error, WITHSCORES not supported in combination with BYLEX")
	}
	low, high := c.Args[i], c.Args[i+1]
	if q.reverse && q.by != byRank {
		low, high = high, low
	}
	var err error
	q.bounds, err = q.by.bounds(low, high)
	return err
}

// ranks returns the ranks [from, to) that are asked for, from the lowest score on.
func (q *query) ranks(z *ZSet) (from, to int) {
	from, to = q.bounds.ranks(z)
	if q.by == byRank {
		if q.reverse {
			from, to = z.Len()-to, z.Len()-from
		}
		return from, to
	}
	n := int64(to - from)
	if q.offset < 0 || q.offset >= n {
		return 0, 0
	}
	limit := q.limit
	if limit < 0 {
		limit = math.MaxInt64
	}
	n = min(n-q.offset, limit)
	if q.reverse {
		to -= int(q.offset)
		return to - int(n), to
	}
	from += int(q.offset)
	return from, from + int(n)
}

// replyRange is ZRANGE, ZREVRANGE, ZRANGEBYSCORE, ZREVRANGEBYSCORE, ZRANGEBYLEX and ZREVRANGEBYLEX.
func replyRange(q query) func(*engine.Call) error {
	return func(c *engine.Call) error {
		q := q
		if err := q.read(c, 2, false); err != nil {
			return err
		}
		z, err := read(c, c.Args[1])
		if err != nil {
			return err
		}
		from, to := q.ranks(z)
		z.reply(c, from, to, q.reverse, q.scores)
		return nil
	}
}

// reply writes the members of the ranks [from, to), with their scores or without.
func (z *ZSet) reply(c *engine.Call, from, to int, reverse, scores bool) {
	if scores {
		c.Pairs(to - from)
	} else {
		c.Array(to - from)
	}
	z.Each(from, to, reverse, func(member string, score float64) bool {
		if scores {
			c.Pair()
		}
		c.Bulk(member)
		if scores {
			c.Double(score)
		}
		return true
	})
}

func storeRange(c *engine.Call) error {
	q := query{open: true}
	if err := q.read(c, 3, true); err != nil {
		return err
	}
	z, err := read(c, c.Args[2])
	if err != nil {
		return err
	}
	to := New(c.Engine.Rand)
	first, last := q.ranks(z)
	z.Each(first, last, false, func(member string, score float64) bool {
		to.Set(member, score)
		return true
	})
	c.Store(c.Args[1], to, engine.ClassZSet, "zrangestore")
	return nil
}
