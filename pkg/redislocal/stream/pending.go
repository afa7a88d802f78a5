package stream

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// lookupGroup returns a stream and one of its groups, or the error that says which is not there.
func lookupGroup(c *engine.Call, key, name string) (*Stream, *group, error) {
	s, err := lookup(c, key)
	if err != nil {
		return nil, nil, err
	}
	g := s.group(name)
	if g == nil {
		return nil, nil, engine.Error("NOGROUP No such key '" + key + "' or consumer group '" + name + "'")
	}
	return s, g, nil
}

func xpending(c *engine.Call) error {
	if len(c.Args) == 3 {
		_, g, err := lookupGroup(c, c.Args[1], c.Args[2])
		if err != nil {
			return err
		}
		summarize(c, g)
		return nil
	}
	q, err := pendingQueryOf(c)
	if err != nil {
		return err
	}
	_, g, err := lookupGroup(c, c.Args[1], c.Args[2])
	if err != nil {
		return err
	}
	q.reply(c, g)
	return nil
}

// summarize writes the number of pending entries, the first and the last, and the consumers that have some.
func summarize(c *engine.Call, g *group) {
	c.Array(4)
	c.Len(g.pending.Len())
	first, ok := g.pending.Min()
	if !ok {
		c.Null()
		c.Null()
		c.NullArray()
		return
	}
	last, _ := g.pending.Max()
	c.Bulk(first.id.String())
	c.Bulk(last.id.String())
	var busy []*consumer
	g.consumers.Scan(func(_ string, one *consumer) bool {
		if one.pending.Len() > 0 {
			busy = append(busy, one)
		}
		return true
	})
	c.Array(len(busy))
	for _, one := range busy {
		c.Array(2)
		c.Bulk(one.name)
		c.Bulk(itoa(one.pending.Len()))
	}
}

// pendingQuery is the long form of XPENDING.
type pendingQuery struct {
	idle       int64
	start, end ID
	count      int64
	consumer   string
	one        bool // consumer is given
}

func pendingQueryOf(c *engine.Call) (q pendingQuery, err error) {
	if len(c.Args) < 6 || len(c.Args) > 9 {
		return q, engine.ErrSyntax
	}
	o := c.Options(3)
	if o.Peek() == "IDLE" {
		o.Word()
		if q.idle, err = o.Int(); err != nil {
			return q, err
		}
	}
	if o.Left() < 3 || o.Left() > 4 {
		return q, engine.ErrSyntax
	}
	start, _ := o.Next()
	end, _ := o.Next()
	if q.count, err = o.Int(); err != nil {
		return q, err
	}
	if q.start, err = parseStart(start); err != nil {
		return q, err
	}
	if q.end, err = parseEnd(end); err != nil {
		return q, err
	}
	if q.one = o.More(); q.one {
		q.consumer, _ = o.Next()
	}
	return q, nil
}

func (q pendingQuery) reply(c *engine.Call, g *group) {
	from := g.pending
	if q.one {
		one, ok := g.consumers.Get(q.consumer)
		if !ok {
			c.Array(0)
			return
		}
		from = one.pending
	}
	now := c.Now.UnixMilli()
	var all []*pending
	if q.count > 0 {
		all = after(from, q.start, q.end, q.count, func(p *pending) bool {
			return q.idle == 0 || now-p.delivered >= q.idle
		})
	}
	c.Array(len(all))
	for _, p := range all {
		c.Array(4)
		c.Bulk(p.id.String())
		c.Bulk(p.owner.name)
		c.Int(max(now-p.delivered, 0))
		c.Int(p.deliveries)
	}
}
