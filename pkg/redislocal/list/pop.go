package list

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// pop is LPOP and RPOP: one element, or with a count an array of up to so many.
func pop(at end) func(*engine.Call) error {
	return func(c *engine.Call) error {
		if len(c.Args) > 3 {
			return engine.Error("ERR wrong number of arguments for '" + at.popEvent() + "' command")
		}
		many := len(c.Args) == 3
		count := int64(1)
		if many {
			var ok bool
			if count, ok = engine.ParseInt(c.Args[2]); !ok || count < 0 {
				return engine.ErrRange
			}
		}
		l, ok, err := engine.Get[*List](c, c.Args[1])
		switch {
		case err != nil:
			return err
		case ok && many:
			popAll(c, c.Args[1], l, at, count)
		case ok:
			c.Bulk(l.pop(at))
			popped(c, c.Args[1], at)
		case many:
			c.NullArray()
		default:
			c.Null()
		}
		return nil
	}
}

// popAll removes up to count elements and replies with them.
func popAll(c *engine.Call, key string, l *List, at end, count int64) {
	n := int(min(count, int64(l.n)))
	c.Array(n)
	if n == 0 {
		return
	}
	for range n {
		c.Bulk(l.pop(at))
	}
	popped(c, key, at)
}

// popped tells the engine that elements have been taken from an end.
func popped(c *engine.Call, key string, at end) {
	c.Notify(engine.ClassList, at.popEvent(), key)
	c.Changed(key)
}

// manyArgs are the arguments of LMPOP and BLMPOP.
type manyArgs struct {
	keys  []string
	at    end
	count int64
}

// manyArgsOf reads them from the number of keys on, which is the i-th argument.
func manyArgsOf(c *engine.Call, i int) (a manyArgs, err error) {
	if a.keys, err = c.NumKeys(i); err != nil {
		return a, err
	}
	o := c.Options(i + 1 + len(a.keys))
	where, err := o.Next()
	if err != nil {
		return a, err
	}
	if a.at, err = endOf(where); err != nil {
		return a, err
	}
	if !o.More() {
		a.count = 1
		return a, nil
	}
	if o.Word() != "COUNT" || o.Left() != 1 {
		return a, engine.ErrSyntax
	}
	if a.count, err = o.Int(); err != nil || a.count < 1 {
		return a, engine.Error("ERR count should be greater than 0")
	}
	return a, nil
}

// pop takes elements from the first list that is there, and reports whether there was one.
func (a manyArgs) pop(c *engine.Call) (bool, error) {
	key, l, ok, err := engine.First[*List](c, a.keys)
	if err != nil || !ok {
		return false, err
	}
	c.Array(2)
	c.Bulk(key)
	popAll(c, key, l, a.at, a.count)
	return true, nil
}

func popMany(c *engine.Call) error {
	a, err := manyArgsOf(c, 1)
	if err != nil {
		return err
	}
	done, err := a.pop(c)
	if err == nil && !done {
		c.NullArray()
	}
	return err
}
