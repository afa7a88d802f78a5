package list

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

func length(c *engine.Call) error {
	l, ok, err := engine.Get[*List](c, c.Args[1])
	if err != nil {
		return err
	}
	if !ok {
		c.Len(0)
		return nil
	}
	c.Len(l.n)
	return nil
}

// bounds reads the start and stop of LRANGE and LTRIM.
func bounds(c *engine.Call) (start, stop int64, err error) {
	if start, err = c.ArgInt(2); err == nil {
		stop, err = c.ArgInt(3)
	}
	return start, stop, err
}

func lrange(c *engine.Call) error {
	start, stop, err := bounds(c)
	if err != nil {
		return err
	}
	l, ok, err := engine.Get[*List](c, c.Args[1])
	if err != nil {
		return err
	}
	if !ok {
		c.Array(0)
		return nil
	}
	from, to := engine.Window(start, stop, l.n)
	c.Array(to - from)
	for i := from; i < to; i++ {
		c.Bulk(l.at(i))
	}
	return nil
}

func trim(c *engine.Call) error {
	start, stop, err := bounds(c)
	if err != nil {
		return err
	}
	key := c.Args[1]
	l, ok, err := engine.Get[*List](c, key)
	if err != nil {
		return err
	}
	if ok {
		from, to := engine.Window(start, stop, l.n)
		l.keep(from, to)
		c.Notify(engine.ClassList, "ltrim", key)
		c.Changed(key)
	}
	c.OK()
	return nil
}

// keep removes all but the elements of [from, to).
func (l *List) keep(from, to int) {
	gone := 0
	for i := range from {
		gone += len(l.at(i))
	}
	for i := to; i < l.n; i++ {
		gone += len(l.at(i))
	}
	l.dropBack(l.n - to)
	l.dropFront(from)
	l.bytes -= gone
}

// resolve returns the place of an index of which negative ones count from the end, or reports false.
func (l *List) resolve(i int64) (int, bool) {
	if i < 0 {
		i += int64(l.n)
	}
	return int(i), i >= 0 && i < int64(l.n)
}

func index(c *engine.Call) error {
	l, ok, err := engine.Get[*List](c, c.Args[1])
	if err != nil {
		return err
	}
	if !ok {
		c.Null()
		return nil
	}
	i, err := c.ArgInt(2)
	if err != nil {
		return err
	}
	if at, ok := l.resolve(i); ok {
		c.Bulk(l.at(at))
	} else {
		c.Null()
	}
	return nil
}
