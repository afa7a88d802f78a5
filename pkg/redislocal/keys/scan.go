package keys

import (
	"strconv"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// matching is KEYS.
func matching(c *engine.Call) error {
	pattern := c.Args[1]
	var found []string
	c.DB.Keys().All(func(key string, entry *engine.Entry) bool {
		if c.DB.Live(entry) && (pattern == "*" || engine.Match(pattern, key)) {
			found = append(found, key)
		}
		return true
	})
	c.Bulks(found)
	return nil
}

func scan(c *engine.Call) error {
	cursor, err := strconv.ParseUint(c.Args[1], 10, 64)
	if err != nil {
		return engine.Error("ERR invalid cursor")
	}
	count, pattern, typed := int64(10), "*", ""
	for o := c.Options(2); o.More(); {
		switch word := o.Word(); {
		case word == "COUNT" && o.More():
			if count, err = o.Int(); err != nil {
				return err
			}
			if count < 1 {
				return engine.ErrSyntax
			}
		case word == "MATCH" && o.More():
			pattern, _ = o.Next()
		case word == "TYPE" && o.More():
			typed, _ = o.Next()
			typed = strings.ToLower(typed)
		default:
			return engine.ErrSyntax
		}
	}
	var found []string
	next := c.DB.Keys().Scan(cursor, int(count), func(key string, entry *engine.Entry) {
		if c.DB.Live(entry) && (typed == "" || entry.Value.Type() == typed) &&
			(pattern == "*" || engine.Match(pattern, key)) {
			found = append(found, key)
		}
	})
	c.Array(2)
	c.Bulk(strconv.FormatUint(next, 10))
	c.Bulks(found)
	return nil
}

func randomkey(c *engine.Call) error {
	for c.DB.Keys().Len() > 0 {
		key := c.DB.Keys().Random(c.Engine.Rand).Key
		if c.DB.Entry(key) != nil { // else its time had come, and it is gone now
			c.Bulk(key)
			return nil
		}
	}
	c.Null()
	return nil
}

func dbsize(c *engine.Call) error {
	c.Len(c.DB.Keys().Len())
	return nil
}
