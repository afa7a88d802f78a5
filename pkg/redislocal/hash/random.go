package hash

import (
	"math"

	"github.com/crashlab/crashlab/pkg/redislocal/dict"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// hrandfield returns a random field, a number of different ones, or with a negative count a number of any.
func hrandfield(c *engine.Call) error {
	if len(c.Args) == 2 {
		h, err := read(c)
		if err != nil {
			return err
		}
		if h.Len() == 0 {
			c.Null()
			return nil
		}
		c.Bulk(h.fields.Random(c.Engine.Rand).Key)
		return nil
	}
	count, values, err := randomOptions(c)
	if err != nil {
		return err
	}
	h, err := read(c)
	if err != nil {
		return err
	}
	if h.Len() == 0 {
		c.Array(0)
		return nil
	}
	chosen, err := engine.Choose(c, h.fields, count, func(item dict.Item[field]) int {
		return len(item.Key) + len(item.Value.value)
	})
	if err != nil {
		return err
	}
	if !values {
		c.Array(len(chosen))
		for _, item := range chosen {
			c.Bulk(item.Key)
		}
		return nil
	}
	c.Pairs(len(chosen))
	for _, item := range chosen {
		c.Pair()
		c.Bulk(item.Key)
		c.Bulk(item.Value.value)
	}
	return nil
}

func randomOptions(c *engine.Call) (count int64, values bool, err error) {
	if count, err = c.ArgInt(2); err != nil {
		return 0, false, err
	}
	if len(c.Args) > 3 {
		o := c.Options(3)
		if o.Word() != "WITHVALUES" || o.More() {
			return 0, false, engine.ErrSyntax
		}
		values = true
	}
	switch {
	case count == math.MinInt64:
		return 0, false, engine.Error("ERR value is out of range, value must between -9223372036854775807 and " +
			"9223372036854775807")
	case values && (count < -math.MaxInt64/2 || count > math.MaxInt64/2):
		return 0, false, engine.Error("ERR value is out of range")
	}
	return count, values, nil
}
