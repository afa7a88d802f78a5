package stream

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

func xlen(c *engine.Call) error {
	s, err := lookup(c, c.Args[1])
	if err != nil {
		return err
	}
	n := 0
	if s != nil {
		n = s.entries.Len()
	}
	c.Len(n)
	return nil
}

func xrange(c *engine.Call) error { return interval(c, c.Args[2], c.Args[3], (*Stream).between) }

func xrevrange(c *engine.Call) error { return interval(c, c.Args[3], c.Args[2], (*Stream).backwards) }

func interval(c *engine.Call, from, to string, find func(s *Stream, start, end ID, count int64) []entry) error {
	start, err := parseStart(from)
	if err != nil {
		return err
	}
	end, err := parseEnd(to)
	if err != nil {
		return err
	}
	count := int64(-1)
	for o := c.Options(4); o.More(); {
		if o.Word() != "COUNT" || !o.More() {
			return engine.ErrSyntax
		}
		if count, err = o.Int(); err != nil {
			return err
		}
		count = max(count, 0)
	}
	s, err := lookup(c, c.Args[1])
	switch {
	case err != nil:
		return err
	case s == nil:
		c.Array(0)
	case count == 0:
		c.NullArray()
	default:
		writeEntries(c, find(s, start, end, max(count, 0)))
	}
	return nil
}
