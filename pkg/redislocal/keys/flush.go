package keys

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// flushable checks the arguments of FLUSHDB and FLUSHALL: ASYNC and SYNC do the same here.
func flushable(c *engine.Call) error {
	for _, arg := range c.Args[1:] {
		if len(c.Args) > 2 || !strings.EqualFold(arg, "async") && !strings.EqualFold(arg, "sync") {
			return engine.ErrSyntax
		}
	}
	return nil
}

func flushdb(c *engine.Call) error {
	if err := flushable(c); err != nil {
		return err
	}
	c.Engine.Flush(c.DB)
	c.OK()
	return nil
}

func flushall(c *engine.Call) error {
	if err := flushable(c); err != nil {
		return err
	}
	for i := range engine.Databases {
		c.Engine.Flush(c.Engine.DB(i))
	}
	c.OK()
	return nil
}
