package engine

import "github.com/crashlab/crashlab/pkg/redislocal/resp"

// watch is a key that must not change until EXEC.
type watch struct {
	db      *DB
	key     string
	expired bool // it was past its expiry when the watch began
}

// Watch makes EXEC fail if the key changes before it.
func (c *Call) Watch(key string) {
	for _, w := range c.Client.watches {
		if w.db == c.DB && w.key == key {
			return
		}
	}
	entry, _ := c.DB.keys.Get(key)
	c.Client.watches = append(c.Client.watches, watch{c.DB, key, entry != nil && !c.DB.Live(entry)})
	if c.DB.watched[key] == nil {
		c.DB.watched[key] = map[*Client]struct{}{}
	}
	c.DB.watched[key][c.Client] = struct{}{}
}

// Unwatch forgets the client's watches.
func (c *Client) Unwatch() {
	for _, w := range c.watches {
		delete(w.db.watched[w.key], c)
		if len(w.db.watched[w.key]) == 0 {
			delete(w.db.watched, w.key)
		}
	}
	c.watches, c.dirty = nil, false
}

// Multi opens a transaction: commands are queued from now on.
func (c *Client) Multi() { c.multi, c.failed, c.queue = true, false, nil }

// Discard ends a transaction without running it.
func (c *Client) Discard() {
	c.multi, c.failed, c.queue = false, false, nil
	c.Unwatch()
}

// Exec runs the commands of the client's transaction, with nothing between them.
func (c *Call) Exec() error {
	client := c.Client
	queue, failed, dirty := client.queue, client.failed, client.dirty
	for _, w := range client.watches {
		if entry, ok := w.db.keys.Get(w.key); ok && !w.db.Live(entry) && !w.expired {
			dirty = true
		}
	}
	client.Discard()
	switch {
	case failed:
		return errAborted
	case dirty:
		c.NullArray()
		return nil
	}
	c.Array(len(queue))
	for _, args := range queue {
		w := &resp.Writer{Buf: c.Buf, Three: client.Three}
		c.Engine.nested(c, FromExec, args, w)
		c.Buf = w.Buf
	}
	return nil
}
