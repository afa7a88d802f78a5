package list

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// ends reads the two ends of LMOVE and BLMOVE.
func ends(c *engine.Call) (from, to end, err error) {
	if from, err = endOf(c.Args[3]); err == nil {
		to, err = endOf(c.Args[4])
	}
	return from, to, err
}

func move(c *engine.Call) error {
	from, to, err := ends(c)
	if err != nil {
		return err
	}
	return moveOne(c, c.Args[1], c.Args[2], from, to)
}

func popPush(c *engine.Call) error { return moveOne(c, c.Args[1], c.Args[2], right, left) }

// moveOne moves an element between two lists, which may be the same, and replies with it.
func moveOne(c *engine.Call, source, target string, from, to end) error {
	src, ok, err := engine.Get[*List](c, source)
	if err != nil {
		return err
	}
	if !ok {
		c.Null()
		return nil
	}
	dst, err := engine.GetOrNew(c, target, New)
	if err != nil {
		return err
	}
	s := src.pop(from)
	dst.push(s, to)
	c.Put(target, dst)
	c.Notify(engine.ClassList, to.pushEvent(), target)
	popped(c, source, from)
	c.Bulk(s)
	return nil
}
