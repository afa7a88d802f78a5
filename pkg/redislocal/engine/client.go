package engine

import (
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// Client is a connection's state. Its fields need the engine's lock; what is written to it has its own.
type Client struct {
	ID      int64
	Addr    string // of the other end
	Local   string // of this end
	Created time.Time
	Last    time.Time // of the last command
	LastCmd string    // its full name

	Name, LibName, LibVersion string
	User                      string
	Authenticated             bool
	DB                        int
	Three                     bool // RESP3
	NoTouch, NoEvict          bool
	Silent                    Silence
	Monitors                  bool
	Tracking                  any // the state of CLIENT TRACKING, nil while off
	Commands                  int64

	queue   [][]string // of MULTI; nil outside
	failed  bool       // a command could not be queued
	multi   bool
	dirty   bool // a watched key has changed
	watches []watch

	channels, patterns, shards map[string]struct{}

	call    Call // the latest request's; reused
	blocked *blocked
	killed  atomic.Bool
	closing bool // after the reply
	conn    net.Conn

	writing sync.Mutex // one write at a time, in order
	mu      sync.Mutex
	out     []byte        // what is to be written
	spare   []byte        // the buffer of the last write
	pushes  chan struct{} // tells the pusher that there is something; nil without one
	done    chan struct{} // closed with the connection
}

// Silence is what CLIENT REPLY has asked for.
type Silence int

// The settings of CLIENT REPLY.
const (
	SilenceOff  Silence = iota // reply to everything
	SilenceOn                  // to nothing
	SilenceNext                // not to the next command
	silenceThis                // not to this one
)

// maxPending bounds what waits for a subscriber that does not read, in bytes: Redis's hard limit.
const maxPending = 32 << 20

// InMulti reports whether the client is between MULTI and EXEC.
func (c *Client) InMulti() bool { return c.multi }

// Blocked reports whether the client waits in a blocking command.
func (c *Client) Blocked() bool { return c.blocked != nil }

// Failing reports whether EXEC will fail because a watched key has changed.
func (c *Client) Failing() bool { return c.dirty }

// Closing reports whether the connection ends after the reply.
func (c *Client) Closing() bool { return c.closing }

// Watching is the number of keys that the client watches.
func (c *Client) Watching() int { return len(c.watches) }

// Queued is the number of commands in the client's transaction, or -1 outside.
func (c *Client) Queued() int {
	if !c.multi {
		return -1
	}
	return len(c.queue)
}

// Subscriptions are the numbers of channels, patterns and shard channels that the client is subscribed to.
func (c *Client) Subscriptions() (channels, patterns, shards int) {
	return len(c.channels), len(c.patterns), len(c.shards)
}

// Pending is the number of bytes that wait to be written.
func (c *Client) Pending() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.out)
}

// Kill closes the client's connection. It gets the reply to a command of its own first.
func (c *Client) Kill() { c.killed.Store(true) }

// Killed reports whether the connection is about to end because of Kill.
func (c *Client) Killed() bool { return c.killed.Load() }

// CloseAfterReply ends the connection once the reply of the running command is written.
func (c *Client) CloseAfterReply() { c.closing = true }

// Push sends a client a message that is not a reply.
func (c *Client) Push(write func(w *resp.Writer)) {
	if c.conn == nil {
		return
	}
	c.mu.Lock()
	w := resp.Writer{Buf: c.out, Three: c.Three}
	write(&w)
	c.out = w.Buf
	tooMuch := len(c.out) > maxPending
	if c.pushes == nil {
		c.pushes = make(chan struct{}, 1)
		go c.pusher()
	}
	c.mu.Unlock()
	if tooMuch {
		_ = c.conn.Close() // as Redis: a subscriber that does not read is dropped
	}
	select {
	case c.pushes <- struct{}{}:
	default:
	}
}

func (c *Client) pusher() {
	for {
		select {
		case <-c.pushes:
			c.flush()
		case <-c.done:
			return
		}
	}
}

// emit appends a reply to what is to be written.
func (c *Client) emit(b []byte) {
	c.mu.Lock()
	c.out = append(c.out, b...)
	c.mu.Unlock()
}

// flush writes everything.
func (c *Client) flush() {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.mu.Lock()
	b := c.out
	c.out = c.spare[:0]
	c.mu.Unlock()
	if len(b) > 0 {
		if _, err := c.conn.Write(b); err != nil {
			_ = c.conn.Close() // its reader sees it and ends the connection
		}
	}
	if cap(b) > 1<<20 {
		b = nil // a huge reply would keep its memory forever
	}
	c.spare = b
}
