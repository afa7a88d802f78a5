package hash

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// hgetex returns fields and sets or removes their time to live.
func hgetex(c *engine.Call) error {
	o := c.Options(2)
	var at int64
	unit := o.Peek()
	switch unit {
	case "EX", "PX", "EXAT", "PXAT":
		o.Word()
		n, err := o.Int()
		if err != nil {
			return err
		}
		if at, err = deadlineOf(c, n, unit); err != nil {
			return err
		}
	case "PERSIST":
		o.Word()
	default:
		unit = ""
	}
	names, err := fieldsOf(c, o, notPositive)
	if err != nil {
		return err
	}
	h, err := read(c)
	if err != nil {
		return err
	}
	t := touched{h: h}
	event := "hexpire"
	c.Array(len(names))
	for _, name := range names {
		value(c, h, name)
		f, ok := h.fields.Get(name)
		switch {
		case !ok || unit == "":
		case unit != "PERSIST":
			t.expire(c, name, at)
		case f.expire != 0:
			event = "hpersist"
			h.setExpire(name, 0)
			t.updated++
		}
	}
	t.tell(c, event)
	return nil
}

// hgetdel returns fields and deletes them.
func hgetdel(c *engine.Call) error {
	names, err := fieldsOf(c, c.Options(2), notPositive)
	if err != nil {
		return err
	}
	h, err := read(c)
	if err != nil {
		return err
	}
	t := touched{h: h}
	c.Array(len(names))
	for _, name := range names {
		value(c, h, name)
		if h.Delete(name) {
			t.deleted++
		}
	}
	t.tell(c, "hdel")
	return nil
}
