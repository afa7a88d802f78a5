package engine

import (
	"slices"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// blocked is a client's command that waits for keys. When one of them changes it is tried again; it keeps its
// place in the queue until it succeeds.
type blocked struct {
	client  *Client
	command *Command
	args    []string
	db      *DB
	keys    []string
	until   time.Time          // zero is forever
	expired func(*resp.Writer) // writes the reply of a time-out
	done    chan struct{}      // closed once there is a reply
	served  bool
}

// readyKey is a key that clients wait for and that has changed.
type readyKey struct {
	db  *DB
	key string
}

// Block makes the command wait until one of the keys changes, and then tries it again. After the timeout (0 is
// never) expired writes the reply. In a transaction or a script nothing waits: expired replies at once.
func (c *Call) Block(keys []string, timeout time.Duration, expired func(*resp.Writer)) error {
	if c.Nested() || c.Client == nil {
		expired(c.Writer)
		return nil
	}
	if c.waiter != nil {
		return errBlock
	}
	b := &blocked{
		client: c.Client, command: c.command, args: slices.Clone(c.Args), db: c.DB, keys: slices.Clone(keys),
		expired: expired, done: make(chan struct{}),
	}
	if timeout > 0 {
		b.until = c.Now.Add(timeout)
	}
	for _, key := range b.keys {
		c.DB.waiting[key] = append(c.DB.waiting[key], b)
	}
	c.Client.blocked = b
	c.Engine.stats.Blocked++
	return errBlock
}

// Timeout reads a time-out in seconds, as BLPOP takes it.
func (c *Call) Timeout(s string) (time.Duration, error) {
	f, ok := ParseFloat(s)
	switch {
	case !ok || f > 1e12:
		return 0, ErrTimeout
	case f < 0:
		return 0, ErrNegative
	}
	d := time.Duration(min(f, 9e9) * float64(time.Second))
	if f > 0 && d < time.Millisecond {
		d = time.Millisecond
	}
	return d, nil
}

// remove takes a command out of the queues.
func (b *blocked) remove() {
	for _, key := range b.keys {
		rest := slices.DeleteFunc(b.db.waiting[key], func(other *blocked) bool { return other == b })
		if len(rest) == 0 {
			delete(b.db.waiting, key)
		} else {
			b.db.waiting[key] = rest
		}
	}
	b.client.blocked = nil
	b.db.e.stats.Blocked--
}

// finish gives a blocked client its reply, and lets it go on.
func (b *blocked) finish(w *resp.Writer) {
	b.remove()
	b.served = true
	b.client.emit(w.Buf)
	close(b.done)
}

// serveReady tries the commands that wait for keys that have changed, in the order in which they came. What
// they do may make further keys ready.
func (e *Engine) serveReady() {
	if e.stuck != nil {
		return // the script does, once it ends
	}
	for len(e.ready) > 0 {
		next := e.ready[0]
		e.ready = e.ready[1:]
		for _, b := range slices.Clone(next.db.waiting[next.key]) {
			if b.served || b.client.blocked != b {
				continue
			}
			w := &resp.Writer{Three: b.client.Three}
			call := &Call{
				Writer: w, Engine: e, Client: b.client, DB: b.db, Args: b.args, Now: e.now, command: b.command, waiter: b,
			}
			before := e.running
			e.running = b.client
			e.run(call)
			e.running = before
			if len(w.Buf) > 0 {
				b.finish(w)
			}
		}
	}
	e.ready = nil
}

// Unblock ends a client's wait as its time-out would, or with an error. It reports whether it was waiting.
func (e *Engine) Unblock(c *Client, withError bool) bool {
	b := c.blocked
	if b == nil || b.served {
		return false
	}
	w := &resp.Writer{Three: c.Three}
	if withError {
		w.Error("UNBLOCKED client unblocked via CLIENT UNBLOCK")
	} else {
		b.expired(w)
	}
	b.finish(w)
	return true
}

// await waits until a blocked client has its reply. It returns false if the connection ended first.
func (e *Engine) await(c *Client, b *blocked, r *resp.Reader) bool {
	var timeout <-chan time.Time
	if !b.until.IsZero() {
		timer := e.Clock.NewTimer(b.until.Sub(e.Clock.Now()))
		defer timer.Stop()
		timeout = timer.Chan()
	}
	c.flush()
	// The next request, or the end of the connection, may come meanwhile. Whoever reads next waits for it.
	read := make(chan error, 1)
	go func() { read <- r.Await() }()
	var came bool
	for {
		select {
		case <-b.done:
			c.flush()
			if came {
				return true
			}
			return <-read == nil
		case <-timeout:
			e.Exclusive(func() { e.Unblock(c, false) })
		case err := <-read:
			if err != nil {
				return false
			}
			came, read = true, nil
		case <-e.stop:
			return false
		}
	}
}
