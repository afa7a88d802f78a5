package str

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// getrange is GETRANGE, and SUBSTR under its old name.
func getrange(c *engine.Call) error {
	start, err := c.ArgInt(2)
	if err != nil {
		return err
	}
	end, err := c.ArgInt(3)
	if err != nil {
		return err
	}
	s, ok, err := engine.Get[*String](c, c.Args[1])
	if err != nil {
		return err
	}
	if !ok {
		c.Bulk("")
		return nil
	}
	from, to := window(start, end, len(s.b))
	c.Bytes(s.b[from:to])
	return nil
}

// window is a range of bytes as GETRANGE has it: unlike in a list, an end before the first byte is the first.
func window(start, end int64, n int) (from, to int) {
	if start < 0 && end < 0 && start > end || n == 0 {
		return 0, 0
	}
	size := int64(n)
	if start < 0 {
		start = max(start+size, 0)
	}
	if end < 0 {
		end = max(end+size, 0)
	}
	end = min(end, size-1)
	if start > end {
		return 0, 0
	}
	return int(start), int(end) + 1
}

func setrange(c *engine.Call) error {
	offset, err := c.ArgInt(2)
	if err != nil {
		return err
	}
	if offset < 0 {
		return engine.Error("ERR offset is out of range")
	}
	key, part := c.Args[1], c.Args[3]
	s, err := engine.GetOrNew(c, key, func() *String { return &String{} })
	if err != nil {
		return err
	}
	if part == "" {
		c.Len(len(s.b))
		return nil
	}
	if offset > engine.MaxString-int64(len(part)) {
		return engine.ErrTooLarge
	}
	copy(s.Edit(int(offset) + len(part))[offset:], part)
	c.Put(key, s)
	c.Notify(engine.ClassString, "setrange", key)
	c.Len(len(s.b))
	return nil
}

func appendTo(c *engine.Call) error {
	key, part := c.Args[1], c.Args[2]
	s, ok, err := engine.Get[*String](c, key)
	if err != nil {
		return err
	}
	switch {
	case !ok:
		s = New(part)
	case len(s.b) > engine.MaxString-len(part):
		return engine.ErrTooLarge
	default:
		n := len(s.b)
		copy(s.Edit(n + len(part))[n:], part)
	}
	c.Put(key, s)
	c.Notify(engine.ClassString, "append", key)
	c.Len(len(s.b))
	return nil
}
