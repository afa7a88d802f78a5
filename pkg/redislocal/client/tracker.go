package client

import (
	"slices"
	"strings"

	"github.com/tidwall/btree"

	"github.com/crashlab/crashlab/pkg/redislocal/dict"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
	"github.com/crashlab/crashlab/pkg/redislocal/resp"
)

// tracker knows who is to be told of a key's change. Messages go out after the reply to the command that has
// caused them.
type tracker struct {
	e       *engine.Engine
	clients []*engine.Client              // those with tracking on
	readers *dict.Dict[*btree.Set[int64]] // by key, the IDs of clients that have read it since its last change
	pending []message
	flushed bool
}

// message says that keys are no longer what a client has read.
type message struct {
	to   *engine.Client
	keys []string // nil is all keys
}

func newTracker() *tracker { return &tracker{readers: dict.New[*btree.Set[int64]]()} }

func (t *tracker) attach(e *engine.Engine) {
	t.e = e
	e.OnChange, e.OnRead, e.OnSettled = t.changed, t.read, t.settled
	e.OnFlush = func() { t.flushed = true }
	e.OnLeave = append(e.OnLeave, t.off)
}

func (t *tracker) on(c *engine.Client, next *state) {
	old := trackingOf(c)
	if old == nil {
		t.clients = append(t.clients, c)
	}
	if next.broadcast {
		if len(next.prefixes) == 0 {
			next.prefixes = []string{""}
		}
		if old != nil {
			next.prefixes = append(slices.Clone(old.prefixes), next.prefixes...)
		}
		next.changed = make([]*dict.Dict[struct{}], len(next.prefixes))
	}
	c.Tracking = next
}

func (t *tracker) off(c *engine.Client) {
	if c.Tracking == nil {
		return
	}
	c.Tracking = nil
	t.clients = slices.DeleteFunc(t.clients, func(other *engine.Client) bool { return other == c })
}

// read remembers what a command has read. The oldest promises are broken, and said to be, beyond the limit.
func (t *tracker) read(c *engine.Call) {
	if c.Client == nil || c.Client.Tracking == nil {
		return
	}
	s := trackingOf(c.Client)
	if s.broadcast || s.optIn && !s.caching || s.optOut && s.caching {
		return
	}
	for _, key := range c.Keys() {
		ids, ok := t.readers.Get(key)
		if !ok {
			ids = &btree.Set[int64]{}
			t.readers.Set(key, ids)
		}
		ids.Insert(c.Client.ID)
	}
	for limit := t.e.Config.Int("tracking-table-max-keys"); limit > 0 && int64(t.readers.Len()) > limit; {
		t.invalidate(nil, t.readers.Random(t.e.Rand).Key)
	}
}

func (t *tracker) changed(by *engine.Client, key string) {
	if len(t.clients) == 0 {
		return
	}
	for _, c := range t.clients {
		if s := trackingOf(c); s.broadcast && !(s.noLoop && c == by) {
			s.note(key)
		}
	}
	t.invalidate(by, key)
}

// note keeps a changed key for the message of its prefix.
func (s *state) note(key string) {
	for i, prefix := range s.prefixes {
		if !strings.HasPrefix(key, prefix) {
			continue
		}
		if s.changed[i] == nil {
			s.changed[i] = dict.New[struct{}]()
		}
		s.changed[i].Set(key, struct{}{})
	}
}

// invalidate tells the readers of a key, and forgets them: they read it again.
func (t *tracker) invalidate(by *engine.Client, key string) {
	ids, ok := t.readers.Get(key)
	if !ok {
		return
	}
	key = strings.Clone(key)
	t.readers.Delete(key)
	ids.Scan(func(id int64) bool {
		c := t.e.Clients()[id]
		if c == nil {
			return true
		}
		if s := trackingOf(c); s != nil && !s.broadcast && !(s.noLoop && c == by) {
			t.pending = append(t.pending, message{c, []string{key}})
		}
		return true
	})
}

// settled sends what has come up during a request of a client, or of none.
func (t *tracker) settled(c *engine.Client) {
	if t.flushed {
		t.flushed = false
		t.readers = dict.New[*btree.Set[int64]]()
		for _, one := range t.clients {
			t.send(message{to: one})
		}
	}
	for _, m := range t.pending {
		t.send(m)
	}
	t.pending = t.pending[:0]
	for _, one := range t.clients {
		s := trackingOf(one)
		for i, keys := range s.changed {
			if keys == nil {
				continue
			}
			s.changed[i] = nil
			m := message{to: one}
			keys.All(func(key string, _ struct{}) bool {
				m.keys = append(m.keys, key)
				return true
			})
			t.send(m)
		}
	}
	if c == nil || c.Tracking == nil {
		return
	}
	if !c.InMulti() && !strings.HasPrefix(c.LastCmd, "client|") {
		trackingOf(c).caching = false
	}
}

func (t *tracker) send(m message) {
	s := trackingOf(m.to)
	if s == nil {
		return
	}
	to := m.to
	if s.redirect != 0 {
		to = t.e.Clients()[s.redirect]
	}
	switch {
	case to == nil || to.Killed():
		s.broken = true
		if m.to.Three {
			m.to.Push(func(w *resp.Writer) {
				w.Push(2)
				w.Bulk("tracking-redir-broken")
				w.Int(s.redirect)
			})
		}
	case to.Three:
		to.Push(func(w *resp.Writer) {
			w.Push(2)
			w.Bulk("invalidate")
			m.write(w)
		})
	case s.redirect != 0 && subscribes(to):
		to.Push(func(w *resp.Writer) {
			w.Push(3)
			w.Bulk("message")
			w.Bulk("__redis__:invalidate")
			m.write(w)
		})
	}
}

func (m message) write(w *resp.Writer) {
	if m.keys == nil {
		w.Null()
		return
	}
	w.Bulks(m.keys)
}
