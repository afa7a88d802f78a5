package hash

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// What the commands about times to live answer for a field.
const (
	noField  = -2
	noExpiry = -1
	unmet    = 0 // a condition
	done     = 1
	deleted  = 2 // the time has passed already
)

// maxDeadline is the latest deadline of a field, in Unix ms.
const maxDeadline = (1<<48 - 2) >> 2

// deadlineOf turns a time in a unit (EX, PX, EXAT, PXAT) into Unix ms.
func deadlineOf(c *engine.Call, n int64, unit string) (int64, error) {
	if n < 0 {
		return 0, engine.Error("ERR invalid expire time, must be >= 0")
	}
	at, ok := c.At(n, unit)
	if !ok || at > maxDeadline {
		return 0, engine.Error("ERR invalid expire time in '" + c.Name() + "' command")
	}
	return at, nil
}

// fieldsOf reads FIELDS numfields field…, which take the rest of the arguments. A bad number is told as notPositive.
func fieldsOf(c *engine.Call, o *engine.Options, notPositive string) ([]string, error) {
	if o.Peek() != "FIELDS" {
		return nil, engine.Error("ERR Mandatory argument FIELDS is missing or not at the right position")
	}
	o.Word()
	if !o.More() {
		return nil, arity(c)
	}
	n, err := o.Int()
	if err != nil || n < 1 {
		return nil, engine.Error("ERR " + notPositive)
	}
	if n != int64(o.Left()) {
		return nil, engine.Error("ERR The `numfields` parameter must match the number of arguments")
	}
	return o.Rest(), nil
}

const notPositive = "Number of fields must be a positive integer"

func arity(c *engine.Call) error {
	return engine.Error("ERR wrong number of arguments for '" + c.Name() + "' command")
}

// hexpire returns the handler of HEXPIRE and its like, whose times are in a unit.
func hexpire(unit string) func(*engine.Call) error {
	return func(c *engine.Call) error {
		n, err := c.ArgInt(2)
		if err != nil {
			return err
		}
		at, err := deadlineOf(c, n, unit)
		if err != nil {
			return err
		}
		o := c.Options(3)
		condition := o.Peek()
		switch condition {
		case "NX", "XX", "GT", "LT":
			o.Word()
		default:
			condition = ""
		}
		names, err := fieldsOf(c, o, "Parameter `numFields` should be greater than 0")
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
			f, ok := h.fields.Get(name)
			switch {
			case !ok:
				c.Int(noField)
			case !meets(condition, f.expire, at):
				c.Int(unmet)
			default:
				c.Int(t.expire(c, name, at))
			}
		}
		t.tell(c, "hexpire")
		return nil
	}
}

// meets reports whether a condition lets a new deadline replace an old one; 0 is none, which is later than any.
func meets(condition string, old, at int64) bool {
	switch condition {
	case "NX":
		return old == 0
	case "XX":
		return old != 0
	case "GT":
		return old != 0 && at > old
	case "LT":
		return old == 0 || at < old
	}
	return true
}

// touched counts what a command does to the times to live of a hash.
type touched struct {
	h                *Hash
	updated, deleted int
}

// expire gives a field a deadline, or deletes it if that has passed.
func (t *touched) expire(c *engine.Call, name string, at int64) int64 {
	if at <= c.Now.UnixMilli() {
		t.h.Delete(name)
		t.deleted++
		return deleted
	}
	t.h.setExpire(name, at)
	t.updated++
	return done
}

// tell notifies of what was done: the event for an update, or that fields are gone.
func (t *touched) tell(c *engine.Call, event string) {
	if t.updated+t.deleted == 0 {
		return
	}
	if t.deleted > 0 {
		event = "hdel"
	}
	c.Notify(engine.ClassHash, event, c.Args[1])
	c.Changed(c.Args[1])
}

// httl returns the handler of HTTL and its like: EX and PX tell the time left, EXAT and PXAT the deadline.
func httl(unit string) func(*engine.Call) error {
	return func(c *engine.Call) error {
		names, err := fieldsOf(c, c.Options(2), notPositive)
		if err != nil {
			return err
		}
		h, err := read(c)
		if err != nil {
			return err
		}
		c.Array(len(names))
		for _, name := range names {
			f, ok := h.fields.Get(name)
			switch {
			case !ok:
				c.Int(noField)
			case f.expire == 0:
				c.Int(noExpiry)
			default:
				c.Int(in(unit, f.expire, c.Now.UnixMilli()))
			}
		}
		return nil
	}
}

// in tells a deadline in a unit; seconds are rounded up.
func in(unit string, at, now int64) int64 {
	switch unit {
	case "EX":
		return (at - now + 999) / 1000
	case "PX":
		return at - now
	case "EXAT":
		return (at + 999) / 1000
	}
	return at
}

func hpersist(c *engine.Call) error {
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
		f, ok := h.fields.Get(name)
		switch {
		case !ok:
			c.Int(noField)
		case f.expire == 0:
			c.Int(noExpiry)
		default:
			h.setExpire(name, 0)
			t.updated++
			c.Int(done)
		}
	}
	t.tell(c, "hpersist")
	return nil
}
