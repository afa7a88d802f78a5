package hash

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// setexOptions are what HSETEX takes beside fields and values.
type setexOptions struct {
	condition string // FNX, FXX or none
	unit      string // EX, PX, EXAT, PXAT, KEEPTTL or none
	at        int64
	pairs     []string
}

func setexOptionsOf(c *engine.Call) (s setexOptions, err error) {
	for o := c.Options(2); o.More(); {
		switch word := o.Word(); word {
		case "FIELDS":
			if o.Left() < 3 {
				return s, arity(c)
			}
			n, err := o.Int()
			if err != nil || n < 1 {
				return s, engine.Error("ERR invalid number of fields")
			}
			if s.pairs = o.Rest(); len(s.pairs)%2 != 0 || n != int64(len(s.pairs)/2) {
				return s, arity(c)
			}
			return s, nil
		case "FNX", "FXX":
			if s.condition != "" {
				return s, engine.Error("ERR Only one of FXX or FNX arguments can be specified")
			}
			s.condition = word
		case "EX", "PX", "EXAT", "PXAT", "KEEPTTL":
			if s.unit != "" {
				return s, engine.Error("ERR Only one of EX, PX, EXAT, PXAT or KEEPTTL arguments can be specified")
			}
			if s.unit = word; word == "KEEPTTL" {
				continue
			}
			if !o.More() {
				return s, engine.Error("ERR missing expire time")
			}
			n, err := o.Int()
			if err != nil {
				return s, err
			}
			if s.at, err = deadlineOf(c, n, word); err != nil {
				return s, err
			}
		default:
			return s, engine.Error("ERR unknown argument: " + word)
		}
	}
	return s, arity(c)
}

// hsetex sets fields, all or none, and their time to live.
func hsetex(c *engine.Call) error {
	s, err := setexOptionsOf(c)
	if err != nil {
		return err
	}
	key := c.Args[1]
	h, err := engine.GetOrNew(c, key, New)
	if err != nil {
		return err
	}
	for i := 0; i < len(s.pairs); i += 2 {
		if s.condition != "" && h.fields.Has(s.pairs[i]) != (s.condition == "FXX") {
			c.Yes(false)
			return nil
		}
	}
	for i := 0; i < len(s.pairs); i += 2 {
		h.set(s.pairs[i], s.pairs[i+1], s.unit == "KEEPTTL")
	}
	c.Put(key, h)
	c.Notify(engine.ClassHash, "hset", key)
	t := touched{h: h}
	if s.at != 0 || s.unit == "EXAT" || s.unit == "PXAT" {
		for i := 0; i < len(s.pairs); i += 2 {
			if h.fields.Has(s.pairs[i]) {
				t.expire(c, s.pairs[i], s.at)
			}
		}
	}
	t.tell(c, "hexpire")
	c.Yes(true)
	return nil
}
