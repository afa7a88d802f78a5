package pubsub

import (
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// prefix begins the words of a kind: SSUBSCRIBE confirms with "ssubscribe".
var prefix = map[engine.Kind]string{engine.Channels: "", engine.Patterns: "p", engine.Shards: "s"}

// subscribe adds subscriptions, and confirms each with a message of its own.
func subscribe(kind engine.Kind) func(*engine.Call) error {
	return func(c *engine.Call) error {
		for _, name := range c.Args[1:] {
			c.Engine.Subscribe(c.Client, kind, strings.Clone(name))
			confirm(c, kind, "subscribe", &name)
		}
		return nil
	}
}

// unsubscribe ends the subscriptions with the names given, or all of its kind.
func unsubscribe(kind engine.Kind) func(*engine.Call) error {
	return func(c *engine.Call) error {
		names := c.Args[1:]
		if len(names) == 0 {
			names = c.Engine.Subscriptions(c.Client, kind)
		}
		for _, name := range names {
			c.Engine.Unsubscribe(c.Client, kind, name)
			confirm(c, kind, "unsubscribe", &name)
		}
		if len(names) == 0 {
			confirm(c, kind, "unsubscribe", nil)
		}
		return nil
	}
}

// confirm tells the client of a change, with the number of its subscriptions: shard channels count apart.
func confirm(c *engine.Call, kind engine.Kind, word string, name *string) {
	c.Push(3)
	c.Bulk(prefix[kind] + word)
	if name == nil {
		c.Null()
	} else {
		c.Bulk(*name)
	}
	channels, patterns, shards := c.Client.Subscriptions()
	if kind == engine.Shards {
		c.Len(shards)
	} else {
		c.Len(channels + patterns)
	}
}
