package engine

import (
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// Call is one command on its way through the engine. Its Writer takes the reply.
type Call struct {
	*resp.Writer
	Engine *Engine
	Client *Client
	DB     *DB
	Args   []string // Args[0] is the command's name as it was sent
	Now    time.Time

	command *Command
	place   Place
	waiter  *blocked // set when a blocked command is tried again
}

// Place is where a command comes from.
type Place int

// The places of commands.
const (
	FromClient Place = iota
	FromExec
	FromScript // or a function
)

// Place is where the command comes from.
func (c *Call) Place() Place { return c.place }

// Nested reports whether the command is part of a transaction or a script: it never waits.
func (c *Call) Nested() bool { return c.place != FromClient }

// ReadsAllKeys reports whether the client may read any key with the command.
func (c *Call) ReadsAllKeys() bool {
	return c.Client == nil || c.Engine.ReadsAll == nil || c.Engine.ReadsAll(c, c.command)
}

// Name is the command's full name, as errors show it: "xgroup|create".
func (c *Call) Name() string { return c.command.full }

// Retried reports whether the command has waited and is tried again.
func (c *Call) Retried() bool { return c.waiter != nil }

// Lookup returns the entry of a key, or nil. It counts as an access.
func (c *Call) Lookup(key string) *Entry {
	entry := c.DB.Entry(key)
	if entry == nil {
		c.Engine.stats.Misses++
		if c.command.Flags&ReadOnly != 0 {
			c.Notify(ClassMiss, "keymiss", key)
		}
		return nil
	}
	c.Engine.stats.Hits++
	c.touch(entry)
	return entry
}

// Administers reports whether the command is administration.
func (c *Call) Administers() bool { return c.command.Flags&Admin != 0 }

// Quick reports whether the command takes constant or logarithmic time.
func (c *Call) Quick() bool { return c.command.Flags&Fast != 0 }

// Keys are the keys that the command names.
func (c *Call) Keys() []string {
	indices := c.command.KeyIndices(c.Args)
	keys := make([]string, len(indices))
	for i, at := range indices {
		keys[i] = c.Args[at]
	}
	return keys
}

func (c *Call) touch(entry *Entry) {
	if c.Client != nil && c.Client.NoTouch && c.command.Name != "touch" {
		return
	}
	entry.Used = c.Now.UnixMilli()
	if c.Engine.lfu {
		entry.Freq = c.Engine.lfuCount(entry)
	}
}

// Get returns a key's value of a type. It fails with ErrType if the key holds another.
func Get[T Value](c *Call, key string) (value T, ok bool, err error) {
	entry := c.Lookup(key)
	if entry == nil {
		return value, false, nil
	}
	value, ok = entry.Value.(T)
	if !ok {
		return value, false, ErrType
	}
	return value, true, nil
}

// GetOrNew returns a key's value of a type, or a new one that is not stored yet: after adding to it, call Put.
func GetOrNew[T Value](c *Call, key string, make func() T) (value T, err error) {
	value, ok, err := Get[T](c, key)
	if err == nil && !ok {
		value = make()
	}
	return value, err
}

// Put stores a value under a key and keeps the key's expiry, if it has one. It is Changed included.
func (c *Call) Put(key string, v Value) {
	entry, _ := c.DB.keys.Get(key)
	c.put(key, entry, v)
}

// Replace stores a value under a key, whatever was there, without an expiry.
func (c *Call) Replace(key string, v Value) {
	entry := c.DB.Entry(key)
	if entry != nil {
		c.DB.setExpire(key, entry, 0)
	}
	c.put(key, entry, v)
}

// put stores a value in the entry of its key, which is nil for a new key.
func (c *Call) put(key string, entry *Entry, v Value) {
	if entry == nil {
		entry = &Entry{Freq: lfuStart}
		c.DB.keys.Set(key, entry)
		c.Notify(ClassNew, "new", key)
	}
	entry.Value, entry.Used = v, c.Engine.now.UnixMilli()
	c.DB.settle(key, entry)
}

// Delete removes a key, and reports whether it was there. It notifies no one: the event depends on the command.
func (c *Call) Delete(key string) bool {
	return c.DB.Entry(key) != nil && c.DB.remove(key)
}

// Changed tells the engine that the value of a key has changed: its size is counted anew, an empty container
// is deleted with the event "del", transactions that watch the key fail, and clients that wait for it wake.
func (c *Call) Changed(key string) {
	if entry, ok := c.DB.keys.Get(key); ok {
		c.DB.settle(key, entry)
	}
}

// Expire gives a key a deadline in Unix ms, or none with 0, and reports whether the key is there. A deadline
// that has passed deletes the key at its next access.
func (c *Call) Expire(key string, at int64) bool {
	entry := c.DB.Entry(key)
	if entry == nil {
		return false
	}
	c.DB.setExpire(key, entry, at)
	c.DB.changed(key)
	return true
}

// Notify publishes a keyspace event, if it is configured.
func (c *Call) Notify(class Class, event, key string) { c.Engine.notify(c.DB, class, event, key) }
