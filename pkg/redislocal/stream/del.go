package stream

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// removeNoted removes an entry on a client's demand, which makes the lag of groups before it unknown.
func (s *Stream) removeNoted(id ID) bool {
	if !s.remove(id) {
		return false
	}
	if s.maxDeleted.less(id) {
		s.maxDeleted = id
	}
	return true
}

func xdel(c *engine.Call) error {
	ids, err := parseIDs(c.Args[2:])
	if err != nil {
		return err
	}
	key := c.Args[1]
	s, err := lookup(c, key)
	if err != nil {
		return err
	}
	removed := 0
	if s != nil {
		for _, id := range ids {
			if s.removeNoted(id) {
				removed++
			}
		}
	}
	if removed > 0 {
		c.Notify(engine.ClassStream, "xdel", key)
		c.Changed(key)
	}
	c.Len(removed)
	return nil
}

// What XDELEX and XACKDEL answer for an ID.
const (
	absent  = -1
	removed = 1
	held    = 2 // by a group, with ACKED
)

// deletion reads [KEEPREF | DELREF | ACKED] IDS numids id…
func deletion(o *engine.Options) (r refs, ids []ID, err error) {
	for o.More() {
		word := o.Word()
		known, err := r.option(word)
		if err != nil {
			return r, nil, err
		}
		if known {
			continue
		}
		if word != "IDS" || !o.More() {
			return r, nil, engine.ErrSyntax
		}
		n, err := o.Int()
		if err != nil || n < 1 {
			return r, nil, engine.Error("ERR Number of IDs must be a positive integer")
		}
		if n != int64(o.Left()) {
			return r, nil, engine.Error("ERR The `numids` parameter must match the number of arguments")
		}
		ids, err = parseIDs(o.Rest())
		return r, ids, err
	}
	return r, nil, engine.ErrSyntax
}

func xdelex(c *engine.Call) error {
	r, ids, err := deletion(c.Options(2))
	if err != nil {
		return err
	}
	s, err := lookup(c, c.Args[1])
	if err != nil {
		return err
	}
	return each(c, s, ids, func(id ID) int64 {
		switch {
		case !r.allows(s, id) && s.has(id):
			return held
		case s.removeNoted(id):
			return removed
		}
		return absent
	})
}

// xackdel acknowledges entries in a group, and then deletes them as XDELEX does.
func xackdel(c *engine.Call) error {
	r, ids, err := deletion(c.Options(3))
	if err != nil {
		return err
	}
	s, err := lookup(c, c.Args[1])
	if err != nil {
		return err
	}
	g := s.group(c.Args[2])
	if g == nil {
		s = nil
	}
	return each(c, s, ids, func(id ID) int64 {
		switch {
		case !s.drop(g, id):
			return absent
		case !r.allows(s, id):
			return held
		}
		s.removeNoted(id)
		return removed
	})
}

// each deletes IDs one by one and writes what becomes of them. Without a stream they are absent.
func each(c *engine.Call, s *Stream, ids []ID, remove func(ID) int64) error {
	c.Array(len(ids))
	if s == nil {
		for range ids {
			c.Int(absent)
		}
		return nil
	}
	before, size := s.entries.Len(), s.Size()
	for _, id := range ids {
		c.Int(remove(id))
	}
	if s.entries.Len() < before {
		c.Notify(engine.ClassStream, "xdel", c.Args[1])
	}
	if s.Size() != size {
		c.Changed(c.Args[1])
	}
	return nil
}

func xack(c *engine.Call) error {
	ids, err := parseIDs(c.Args[3:])
	if err != nil {
		return err
	}
	s, err := lookup(c, c.Args[1])
	if err != nil {
		return err
	}
	acked := 0
	if g := s.group(c.Args[2]); g != nil {
		for _, id := range ids {
			if s.drop(g, id) {
				acked++
			}
		}
	}
	if acked > 0 {
		c.Changed(c.Args[1])
	}
	c.Len(acked)
	return nil
}
