package str

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// setOptions are what SET takes beside key and value.
type setOptions struct {
	expiry    expiry
	keep      bool // KEEPTTL
	absent    bool // NX
	present   bool // XX
	returnOld bool // GET
}

func setOptionsOf(c *engine.Call) (s setOptions, err error) {
	for o := c.Options(3); o.More(); {
		switch word := o.Word(); {
		case word == "NX":
			s.absent = true
		case word == "XX":
			s.present = true
		case word == "GET":
			s.returnOld = true
		case word == "KEEPTTL":
			s.keep = true
		case !s.expiry.take(c, o, word):
			return s, engine.ErrSyntax
		}
	}
	if s.absent && s.present || s.keep && s.expiry.unit != "" {
		return s, engine.ErrSyntax
	}
	return s, nil
}

func set(c *engine.Call) error {
	var s setOptions
	if len(c.Args) > 3 {
		var err error
		if s, err = setOptionsOf(c); err != nil {
			return err
		}
	}
	expire, err := s.expiry.at(c)
	if err != nil {
		return err
	}
	key := c.Args[1]
	start := len(c.Buf)
	if s.returnOld {
		old, ok, err := engine.Get[*String](c, key)
		if err != nil {
			return err
		}
		reply(c, old, ok)
	}
	if (s.absent || s.present) && (c.DB.Entry(key) != nil) != s.present {
		if len(c.Buf) == start {
			c.Null()
		}
		return nil
	}
	if s.keep {
		c.Put(key, value(c, key, c.Args[2]))
	} else {
		store(c, key, c.Args[2])
	}
	c.Notify(engine.ClassString, "set", key)
	if expire != 0 {
		c.Expire(key, expire)
		c.Notify(engine.ClassGeneric, "expire", key)
	}
	if len(c.Buf) == start {
		c.OK()
	}
	return nil
}

// store gives a key a string and no expiry, whatever it held.
func store(c *engine.Call, key, text string) { c.Replace(key, value(c, key, text)) }

// value is a string to be stored under a key: the one that is there, with a new content, or a new one.
func value(c *engine.Call, key, text string) *String {
	if entry := c.DB.Entry(key); entry != nil {
		if s, ok := entry.Value.(*String); ok {
			s.replace(text)
			return s
		}
	}
	return New(text)
}

func setnx(c *engine.Call) error {
	key := c.Args[1]
	isNew := c.DB.Entry(key) == nil
	if isNew {
		store(c, key, c.Args[2])
		c.Notify(engine.ClassString, "set", key)
	}
	c.Yes(isNew)
	return nil
}

// setex is SETEX and PSETEX, by the unit.
func setex(unit string) func(*engine.Call) error {
	return func(c *engine.Call) error {
		key := c.Args[1]
		at, err := c.Deadline(c.Options(2), unit)
		if err != nil {
			return err
		}
		store(c, key, c.Args[3])
		c.Notify(engine.ClassString, "set", key)
		c.Expire(key, at)
		c.Notify(engine.ClassGeneric, "expire", key)
		c.OK()
		return nil
	}
}
