package list

import (
	"math"
	"slices"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

func set(c *engine.Call) error {
	key := c.Args[1]
	l, ok, err := engine.Get[*List](c, key)
	if err != nil {
		return err
	}
	if !ok {
		return engine.ErrNoKey
	}
	i, err := c.ArgInt(2)
	if err != nil {
		return err
	}
	at, ok := l.resolve(i)
	if !ok {
		return engine.ErrIndex
	}
	slot := l.slot(at)
	old := len(*slot)
	*slot = strings.Clone(c.Args[3])
	l.bytes += len(*slot) - old
	c.Notify(engine.ClassList, "lset", key)
	c.Changed(key)
	c.OK()
	return nil
}

func insert(c *engine.Call) error {
	after := 0
	switch strings.ToUpper(c.Args[2]) {
	case "BEFORE":
	case "AFTER":
		after = 1
	default:
		return engine.ErrSyntax
	}
	key := c.Args[1]
	l, ok, err := engine.Get[*List](c, key)
	if err != nil {
		return err
	}
	if !ok {
		c.Len(0)
		return nil
	}
	found := l.find(c.Args[3], left, 0, 1, l.n)
	if len(found) == 0 {
		c.Int(-1)
		return nil
	}
	l.insert(found[0]+after, strings.Clone(c.Args[4]))
	l.bytes += len(c.Args[4])
	c.Notify(engine.ClassList, "linsert", key)
	c.Changed(key)
	c.Len(l.n)
	return nil
}

func remove(c *engine.Call) error {
	count, err := c.ArgInt(2)
	if err == nil {
		err = engine.Between(count, -math.MaxInt64, math.MaxInt64)
	}
	if err != nil {
		return err
	}
	key := c.Args[1]
	l, ok, err := engine.Get[*List](c, key)
	if err != nil {
		return err
	}
	if !ok {
		c.Len(0)
		return nil
	}
	from := left
	if count < 0 {
		from, count = right, -count
	}
	if count == 0 {
		count = math.MaxInt64
	}
	found := l.find(c.Args[3], from, 0, count, l.n)
	if len(found) > 0 {
		if from == right {
			slices.Reverse(found)
		}
		l.remove(found)
		l.bytes -= len(found) * len(c.Args[3])
		c.Notify(engine.ClassList, "lrem", key)
		c.Changed(key)
	}
	c.Len(len(found))
	return nil
}
