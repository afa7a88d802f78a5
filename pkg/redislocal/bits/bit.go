package bits

import (
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/str"
)

const errOffset engine.Error = "ERR bit offset is not an integer or out of range"

// maxBits is the number of bits of the largest string.
const maxBits = engine.MaxString * 8

func offset(s string) (int, error) {
	n, ok := engine.ParseInt(s)
	if !ok || n < 0 || n >= maxBits {
		return 0, errOffset
	}
	return int(n), nil
}

// content is the bytes of a key's string; none without a key.
func content(c *engine.Call, key string) ([]byte, error) {
	s, ok, err := engine.Get[*str.String](c, key)
	if !ok || err != nil {
		return nil, err
	}
	return s.Bytes(), nil
}

// room returns a key's string and its content with room for a bit, and whether it was there already.
func room(c *engine.Call, key string, bit int) (s *str.String, b []byte, there bool, err error) {
	s, there, err = engine.Get[*str.String](c, key)
	if err != nil {
		return nil, nil, false, err
	}
	if !there {
		s = str.Of(nil)
	}
	there = there && bit>>3 < len(s.Bytes())
	return s, s.Edit(bit>>3 + 1), there, nil
}

func setbit(c *engine.Call) error {
	i, err := offset(c.Args[2])
	if err != nil {
		return err
	}
	if c.Args[3] != "0" && c.Args[3] != "1" {
		return engine.Error("ERR bit is not an integer or out of range")
	}
	key := c.Args[1]
	s, b, there, err := room(c, key, i)
	if err != nil {
		return err
	}
	mask := byte(0x80) >> (i & 7)
	old, now := b[i>>3]&mask != 0, c.Args[3] == "1"
	if now {
		b[i>>3] |= mask
	} else {
		b[i>>3] &^= mask
	}
	if !there || old != now {
		c.Put(key, s)
		c.Notify(engine.ClassString, "setbit", key)
	}
	c.Yes(old)
	return nil
}

func getbit(c *engine.Call) error {
	i, err := offset(c.Args[2])
	if err != nil {
		return err
	}
	b, err := content(c, c.Args[1])
	if err != nil {
		return err
	}
	c.Yes(i>>3 < len(b) && b[i>>3]&(0x80>>(i&7)) != 0)
	return nil
}
