package str

import (
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// setOptions are what SET takes beside key and value.
type setOptions struct {
	expire    int64 // Unix ms; 0 is never
	keep      bool  // KEEPTTL
	absent    bool  // NX
	present   bool  // XX
	returnOld bool  // GET
}

func setOptionsOf(c *engine.Call) (s setOptions, err error) {
	for o := c.Options(3); o.More(); {
		switch word := o.Word(); word {
		case "NX":
			s.absent = true
		case "XX":
			s.present = true
		case "GET":
			s.returnOld = true
		case "KEEPTTL":
			s.keep = true
		case "EX", "PX", "EXAT", "PXAT":
			if s.expire != 0 {
				return s, engine.ErrSyntax
			}
			if s.expire, err = c.Deadline(o, word); err != nil {
				return s, err
			}
		default:
			return s, engine.ErrSyntax
		}
	}
	if s.absent && s.present || s.keep && s.expire != 0 {
		return s, engine.ErrSyntax
	}
	return s, nil
}

func set(c *engine.Call) error {
	s, err := setOptionsOf(c)
	if err != nil {
		return err
	}
	key := c.Args[1]
	var old []byte
	if s.returnOld {
		value, ok, err := engine.Get[*String](c, key)
		if err != nil {
			return err
		}
		if ok {
			old = append([]byte{}, value.b...)
		}
	}
	if (s.absent || s.present) && (c.Lookup(key) != nil) != s.present {
		s.reply(c, old, false)
		return nil
	}
	if s.keep {
		c.Put(key, New(c.Args[2]))
	} else {
		c.Replace(key, New(c.Args[2]))
	}
	c.Notify(engine.ClassString, "set", key)
	if s.expire != 0 {
		c.Expire(key, s.expire)
		c.Notify(engine.ClassGeneric, "expire", key)
	}
	s.reply(c, old, true)
	return nil
}

func (s setOptions) reply(c *engine.Call, old []byte, done bool) {
	switch {
	case s.returnOld && old != nil:
		c.Bytes(old)
	case s.returnOld || !done:
		c.Null()
	default:
		c.OK()
	}
}
