package hash

import (
	"strconv"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func hscan(c *engine.Call) error {
	names := false
	s, err := c.ScanOptions(2, func(word string, _ *engine.Options) (bool, error) {
		names = names || word == "NOVALUES"
		return word == "NOVALUES", nil
	})
	if err != nil {
		return err
	}
	h, err := read(c)
	if err != nil {
		return err
	}
	if !h.large {
		s.Cursor, s.Count = 0, h.Len() // as a listpack, all at once
	}
	var found []string
	next := h.fields.Scan(s.Cursor, s.Count, func(name string, f field) {
		if !s.Matches(name) {
			return
		}
		if found = append(found, name); !names {
			found = append(found, f.value)
		}
	})
	c.Array(2)
	c.Bulk(strconv.FormatUint(next, 10))
	c.Bulks(found)
	return nil
}
