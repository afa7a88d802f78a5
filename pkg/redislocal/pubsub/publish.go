package pubsub

import "github.com/crashlab/crashlab/pkg/redislocal/engine"

func publish(c *engine.Call) error {
	c.Len(c.Engine.Publish(c.Args[1], c.Args[2]))
	return nil
}

func publishShard(c *engine.Call) error {
	c.Len(c.Engine.PublishShard(c.Args[1], c.Args[2]))
	return nil
}
