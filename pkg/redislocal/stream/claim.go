package stream

import (
	"strconv"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func itoa(n int) string { return strconv.Itoa(n) }

// claim is what XCLAIM takes.
type claim struct {
	idle       int64 // ms that an entry must have been pending
	ids        []ID
	delivered  int64 // Unix ms to note as the time of delivery
	deliveries int64 // to note; -1 counts one more
	force      bool
	justID     bool
	last       ID
}

func claimOf(c *engine.Call) (q claim, err error) {
	if q.idle, err = c.ArgInt(4); err != nil {
		return q, engine.Error("ERR Invalid min-idle-time argument for XCLAIM")
	}
	i := 5
	for ; i < len(c.Args); i++ {
		id, err := parseID(c.Args[i], 0)
		if err != nil {
			break
		}
		q.ids = append(q.ids, id)
	}
	now := c.Now.UnixMilli()
	q.delivered, q.deliveries = now, -1
	for o := c.Options(i); o.More(); {
		if err := q.option(c.Args[i], now, o); err != nil {
			return q, err
		}
		i = len(c.Args) - o.Left()
	}
	return q, nil
}

// option takes the next option, which is spelled as raw.
func (q *claim) option(raw string, now int64, o *engine.Options) (err error) {
	word := o.Word()
	switch {
	case word == "FORCE":
		q.force = true
	case word == "JUSTID":
		q.justID = true
	case (word == "IDLE" || word == "TIME") && o.More():
		n, err := o.Int()
		if err != nil {
			return engine.Error("ERR Invalid " + word + " option argument for XCLAIM")
		}
		if word == "IDLE" {
			n = now - n
		}
		if n >= 0 && n <= now { // else it is bogus, and now is as good
			q.delivered = n
		}
	case word == "RETRYCOUNT" && o.More():
		if q.deliveries, err = o.Int(); err != nil {
			return engine.Error("ERR Invalid RETRYCOUNT option argument for XCLAIM")
		}
	case word == "LASTID" && o.More():
		s, _ := o.Next()
		q.last, err = parseID(s, 0)
		return err
	default:
		return engine.Error("ERR Unrecognized XCLAIM option '" + raw + "'")
	}
	return nil
}

func xclaim(c *engine.Call) error {
	q, err := claimOf(c)
	if err != nil {
		return err
	}
	s, g, err := lookupGroup(c, c.Args[1], c.Args[2])
	if err != nil {
		return err
	}
	if g.last.less(q.last) {
		g.last = q.last
	}
	now := c.Now.UnixMilli()
	to, made := g.consumer(c.Args[3], now)
	to.seen = now
	if made {
		c.Notify(engine.ClassStream, "xgroup-createconsumer", c.Args[1])
	}
	var got []entry
	for _, id := range q.ids {
		e, ok := s.entries.Get(entry{id: id})
		if !ok {
			s.drop(g, id) // it is gone, and pending for nobody
			continue
		}
		p := g.find(id)
		if p == nil && !q.force || p != nil && q.idle > 0 && now-p.delivered < q.idle {
			continue
		}
		fresh := p == nil
		p = s.give(g, to, id)
		if fresh {
			p.deliveries = 1
		}
		p.delivered = q.delivered
		if q.deliveries >= 0 {
			p.deliveries = q.deliveries
		} else if !q.justID {
			p.deliveries++
		}
		to.active = now
		got = append(got, e)
	}
	writeClaimed(c, got, q.justID)
	c.Changed(c.Args[1])
	return nil
}

func writeClaimed(c *engine.Call, got []entry, justID bool) {
	if !justID {
		writeEntries(c, got)
		return
	}
	c.Array(len(got))
	for _, e := range got {
		c.Bulk(e.id.String())
	}
}
