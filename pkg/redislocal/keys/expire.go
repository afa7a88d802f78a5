package keys

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// conditions are those under which EXPIRE and its like set a deadline.
type conditions struct{ absent, present, later, earlier bool }

func conditionsOf(c *engine.Call) (w conditions, err error) {
	for _, arg := range c.Args[3:] {
		switch strings.ToUpper(arg) {
		case "NX":
			w.absent = true
		case "XX":
			w.present = true
		case "GT":
			w.later = true
		case "LT":
			w.earlier = true
		default:
			return w, engine.Error("ERR Unsupported option " + arg)
		}
	}
	switch {
	case w.absent && (w.present || w.later || w.earlier):
		return w, engine.Error("ERR NX and XX, GT or LT options at the same time are not compatible")
	case w.later && w.earlier:
		return w, engine.Error("ERR GT and LT options at the same time are not compatible")
	}
	return w, nil
}

// allow reports whether a deadline may take the place of the old one. None, 0, is later than all.
func (w conditions) allow(old, at int64) bool {
	switch {
	case w.absent && old != 0, w.present && old == 0:
		return false
	case w.later && (old == 0 || at <= old):
		return false
	case w.earlier && old != 0 && at >= old:
		return false
	}
	return true
}

// expire is the command of a name whose time is in a unit of [engine.Call.At].
func expire(name, unit string) func(*engine.Call) error {
	return func(c *engine.Call) error {
		w, err := conditionsOf(c)
		if err != nil {
			return err
		}
		n, err := c.ArgInt(2)
		if err != nil {
			return err
		}
		at, ok := c.At(n, unit)
		if !ok {
			return engine.Error("ERR invalid expire time in '" + name + "' command")
		}
		key := c.Args[1]
		entry := c.Lookup(key)
		switch {
		case entry == nil || !w.allow(entry.Expire, at):
			c.Yes(false)
			return nil
		case at <= c.Now.UnixMilli():
			c.Delete(key)
			c.Notify(engine.ClassGeneric, "del", key)
		default:
			c.Expire(key, at)
			c.Notify(engine.ClassGeneric, "expire", key)
		}
		c.Yes(true)
		return nil
	}
}

// The units in which a time is shown, in milliseconds.
const (
	milliseconds = 1
	seconds      = 1000
)

// ttl is the family that shows a deadline: the time to it, or since 1970, rounded to a unit. A key without one
// has -1, no key -2.
func ttl(left bool, unit int64) func(*engine.Call) error {
	return func(c *engine.Call) error {
		entry := c.DB.Entry(c.Args[1])
		switch {
		case entry == nil:
			c.Int(-2)
			return nil
		case entry.Expire == 0:
			c.Int(-1)
			return nil
		}
		ms := entry.Expire
		if left {
			ms -= c.Now.UnixMilli()
		}
		c.Int(ms/unit + (ms%unit+unit/2)/unit)
		return nil
	}
}

func persist(c *engine.Call) error {
	key := c.Args[1]
	entry := c.Lookup(key)
	if entry == nil || entry.Expire == 0 {
		c.Yes(false)
		return nil
	}
	c.Expire(key, 0)
	c.Notify(engine.ClassGeneric, "persist", key)
	c.Yes(true)
	return nil
}
