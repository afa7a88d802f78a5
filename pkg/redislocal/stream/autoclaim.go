package stream

import (
	"math"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// autoclaim is what XAUTOCLAIM takes.
type autoclaim struct {
	idle   int64
	start  ID
	count  int64
	justID bool
}

func autoclaimOf(c *engine.Call) (q autoclaim, err error) {
	if q.idle, err = c.ArgInt(4); err != nil {
		return q, engine.Error("ERR Invalid min-idle-time argument for XAUTOCLAIM")
	}
	if q.start, err = parseStart(c.Args[5]); err != nil {
		return q, err
	}
	q.count = 100
	for o := c.Options(6); o.More(); {
		switch word := o.Word(); {
		case word == "COUNT" && o.More():
			if q.count, err = o.Int(); err != nil || q.count < 1 || q.count > math.MaxInt64/16 {
				return q, engine.Error("ERR COUNT must be > 0")
			}
		case word == "JUSTID":
			q.justID = true
		default:
			return q, engine.ErrSyntax
		}
	}
	return q, nil
}

// xautoclaim goes through what is pending for the group, ten times as many entries as it claims at most.
func xautoclaim(c *engine.Call) error {
	q, err := autoclaimOf(c)
	if err != nil {
		return err
	}
	s, g, err := lookupGroup(c, c.Args[1], c.Args[2])
	if err != nil {
		return err
	}
	now := c.Now.UnixMilli()
	to, made := g.consumer(c.Args[3], now)
	to.seen = now
	if made {
		c.Notify(engine.ClassStream, "xgroup-createconsumer", c.Args[1])
	}
	var got []entry
	var gone []ID
	var next ID
	attempts := 10 * q.count
	g.pending.Ascend(&pending{id: q.start}, func(p *pending) bool {
		if attempts == 0 || int64(len(got)+len(gone)) == q.count {
			next = p.id
			return false
		}
		attempts--
		e, ok := s.entries.Get(entry{id: p.id})
		switch {
		case !ok:
			gone = append(gone, p.id)
		case q.idle <= 0 || now-p.delivered >= q.idle:
			got = append(got, e)
		}
		return true
	})
	for _, id := range gone {
		s.drop(g, id)
	}
	for _, e := range got {
		p := s.give(g, to, e.id)
		if p.delivered = now; !q.justID {
			p.deliveries++
		}
		to.active = now
	}
	c.Array(3)
	c.Bulk(next.String())
	writeClaimed(c, got, q.justID)
	c.Array(len(gone))
	for _, id := range gone {
		c.Bulk(id.String())
	}
	c.Changed(c.Args[1])
	return nil
}
