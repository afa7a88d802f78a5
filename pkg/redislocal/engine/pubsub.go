package engine

import (
	"fmt"
	"slices"

	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// Kind is what a subscription is to.
type Kind int

// The kinds of subscriptions.
const (
	Channels Kind = iota
	Patterns
	Shards
)

// registry holds the subscribers of each channel, pattern and shard channel, in order of subscription.
type registry [3]map[string][]*Client

func newRegistry() registry {
	return registry{map[string][]*Client{}, map[string][]*Client{}, map[string][]*Client{}}
}

func (c *Client) subscribed(kind Kind) map[string]struct{} {
	return [...]map[string]struct{}{c.channels, c.patterns, c.shards}[kind]
}

func (c *Client) inPubSub() bool {
	return !c.Three && len(c.channels)+len(c.patterns)+len(c.shards) > 0
}

func pubSubOnly(cmd *Command) error { return Error(fmt.Sprintf(string(errInPubSub), cmd.full)) }

// Subscribe adds a subscription of the client, and reports whether it is new.
func (e *Engine) Subscribe(c *Client, kind Kind, name string) bool {
	if _, ok := c.subscribed(kind)[name]; ok {
		return false
	}
	c.subscribed(kind)[name] = struct{}{}
	e.pubsub[kind][name] = append(e.pubsub[kind][name], c)
	return true
}

// Unsubscribe ends a subscription.
func (e *Engine) Unsubscribe(c *Client, kind Kind, name string) {
	delete(c.subscribed(kind), name)
	e.pubsub.without(c, kind, name)
}

func (r registry) without(c *Client, kind Kind, name string) {
	rest := slices.DeleteFunc(r[kind][name], func(other *Client) bool { return other == c })
	if len(rest) == 0 {
		delete(r[kind], name)
	} else {
		r[kind][name] = rest
	}
}

func (r registry) drop(c *Client) {
	for kind := range r {
		for name := range c.subscribed(Kind(kind)) {
			r.without(c, Kind(kind), name)
		}
		clear(c.subscribed(Kind(kind)))
	}
}

// Subscriptions returns what a client is subscribed to, sorted.
func (e *Engine) Subscriptions(c *Client, kind Kind) []string {
	var names []string
	for name := range c.subscribed(kind) {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Subscribed returns the names that have subscribers, sorted.
func (e *Engine) Subscribed(kind Kind) []string {
	names := make([]string, 0, len(e.pubsub[kind]))
	for name := range e.pubsub[kind] {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// SubscribedNames is the number of names that have subscribers.
func (e *Engine) SubscribedNames(kind Kind) int { return len(e.pubsub[kind]) }

// Subscribers is the number of subscribers of a name.
func (e *Engine) Subscribers(kind Kind, name string) int { return len(e.pubsub[kind][name]) }

// Publish sends a message to the subscribers of a channel and of the patterns that match it, and returns how
// many got it.
func (e *Engine) Publish(channel, message string) int {
	n := e.send(Channels, "message", channel, message)
	if len(e.pubsub[Patterns]) == 0 {
		return n
	}
	for _, pattern := range e.Subscribed(Patterns) {
		if !Match(pattern, channel) {
			continue
		}
		for _, c := range e.pubsub[Patterns][pattern] {
			c.Push(func(w *resp.Writer) {
				w.Push(4)
				w.Bulk("pmessage")
				w.Bulk(pattern)
				w.Bulk(channel)
				w.Bulk(message)
			})
			n++
		}
	}
	return n
}

// PublishShard sends a message to the subscribers of a shard channel.
func (e *Engine) PublishShard(channel, message string) int {
	return e.send(Shards, "smessage", channel, message)
}

func (e *Engine) send(kind Kind, word, channel, message string) int {
	for _, c := range e.pubsub[kind][channel] {
		c.Push(func(w *resp.Writer) {
			w.Push(3)
			w.Bulk(word)
			w.Bulk(channel)
			w.Bulk(message)
		})
	}
	return len(e.pubsub[kind][channel])
}
