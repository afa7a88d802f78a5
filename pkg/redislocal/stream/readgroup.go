package stream

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// cursor is one stream of an XREADGROUP.
type cursor struct {
	key   string
	s     *Stream
	group *group
	fresh bool // >: what no consumer has got yet; else what is pending for this one
	above ID
}

func xreadgroup(c *engine.Call) error {
	r, err := readingOf(c)
	if err != nil {
		return err
	}
	cursors := make([]cursor, len(r.keys))
	for i, key := range r.keys {
		if cursors[i], err = r.cursor(c, key, c.Args[r.first+i]); err != nil {
			return err
		}
	}
	var found []batch
	for _, at := range cursors {
		one, made := at.group.consumer(r.consumer, c.Now.UnixMilli())
		one.seen = c.Now.UnixMilli()
		if made {
			c.Notify(engine.ClassStream, "xgroup-createconsumer", at.key)
			c.Changed(at.key)
		}
		switch {
		case !at.fresh:
			found = append(found, batch{at.key, func() { at.history(c, r, one) }})
		case at.group.last.less(at.s.final()):
			found = append(found, batch{at.key, func() { at.deliver(c, r, one) }})
		}
	}
	return r.reply(c, found)
}

func (r *reading) cursor(c *engine.Call, key, id string) (at cursor, err error) {
	at.key = key
	if at.s, err = lookup(c, key); err != nil {
		return at, err
	}
	if at.group = at.s.group(r.group); at.group == nil {
		return at, engine.Error("NOGROUP No such key '" + key + "' or consumer group '" + r.group +
			"' in XREADGROUP with GROUP option")
	}
	switch id {
	case "$", "+":
		return at, engine.Error("ERR The " + id + " ID is meaningless in the context of XREADGROUP: you want to read " +
			"the history of this consumer by specifying a proper ID, or use the > ID to get new messages. The " + id +
			" ID would just return an empty result set.")
	case ">":
		at.fresh = true
		return at, nil
	}
	at.above, err = parseID(id, 0)
	return at, err
}

// deliver writes what the group has not read yet, and makes it pending for the consumer.
func (at cursor) deliver(c *engine.Call, r reading, to *consumer) {
	all := at.s.between(at.group.last.next(), maxID, r.count)
	writeEntries(c, all)
	for _, e := range all {
		at.s.advance(at.group, e.id)
		if !r.noAck {
			p := at.s.give(at.group, to, e.id)
			p.delivered, p.deliveries = c.Now.UnixMilli(), 1
			to.active = p.delivered
		}
	}
	c.Changed(at.key)
}

// history writes what is pending for the consumer. An entry that is deleted is an ID without fields.
func (at cursor) history(c *engine.Call, r reading, one *consumer) {
	var all []*pending
	if at.above != maxID {
		all = after(one.pending, at.above.next(), maxID, r.count, nil)
	}
	c.Array(len(all))
	for _, p := range all {
		e, ok := at.s.entries.Get(entry{id: p.id})
		if !ok {
			c.Array(2)
			c.Bulk(p.id.String())
			c.NullArray()
			continue
		}
		writeEntry(c, e)
		p.delivered = c.Now.UnixMilli()
		p.deliveries++
	}
}
