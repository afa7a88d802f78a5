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
	var found []string
	visit := func(name string, f field) bool {
		if s.Matches(name) {
			if found = append(found, name); !names {
				found = append(found, f.value)
			}
		}
		return true
	}
	next := uint64(0)
	if h.large {
		next = h.fields.Scan(s.Cursor, s.Count, func(name string, f field) { visit(name, f) })
	} else {
		h.fields.All(visit) // as a listpack: at once, and in order
	}
	c.Array(2)
	c.Bulk(strconv.FormatUint(next, 10))
	c.Bulks(found)
	return nil
}
