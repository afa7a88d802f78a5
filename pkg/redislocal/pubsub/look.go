package pubsub

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

// names lists the channels that have subscribers.
func names(kind engine.Kind) func(*engine.Call) error {
	return func(c *engine.Call) error {
		if len(c.Args) > 3 {
			return c.ErrArity()
		}
		all := c.Engine.Subscribed(kind)
		found := make([]string, 0, len(all))
		for _, name := range all {
			if len(c.Args) == 2 || engine.Match(c.Args[2], name) {
				found = append(found, name)
			}
		}
		c.Bulks(found)
		return nil
	}
}

// numbers tells the number of subscribers of each channel.
func numbers(kind engine.Kind) func(*engine.Call) error {
	return func(c *engine.Call) error {
		c.Array(2 * len(c.Args[2:]))
		for _, name := range c.Args[2:] {
			c.Bulk(name)
			c.Len(c.Engine.Subscribers(kind, name))
		}
		return nil
	}
}

func patterns(c *engine.Call) error {
	c.Len(c.Engine.SubscribedNames(engine.Patterns))
	return nil
}
