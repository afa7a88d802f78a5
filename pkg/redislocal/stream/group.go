package stream

import (
	"strings"

	"github.com/tidwall/btree"
)

// group is a consumer group.
type group struct {
	last      ID
	read      int64 // entries read so far, or unknown
	pending   *btree.BTreeG[*pending]
	consumers btree.Map[string, *consumer]
}

// unknown is a counter of entries read that can't be told.
const unknown = -1

type consumer struct {
	name         string
	seen, active int64 // Unix ms; active is -1 before the first entry
	pending      *btree.BTreeG[*pending]
}

// pending is an entry that a consumer has got and not acknowledged. The entry itself may be gone.
type pending struct {
	id         ID
	owner      *consumer
	delivered  int64 // Unix ms
	deliveries int64
}

func newPending() *btree.BTreeG[*pending] {
	return btree.NewBTreeGOptions(func(a, b *pending) bool { return a.id.less(b.id) }, btree.Options{NoLocks: true})
}

// addGroup makes a group, which must not be there yet.
func (s *Stream) addGroup(name string, last ID, read int64) {
	s.groups.Set(strings.Clone(name), &group{last: last, read: read, pending: newPending()})
}

func (s *Stream) group(name string) *group {
	if s == nil {
		return nil
	}
	g, _ := s.groups.Get(name)
	return g
}

func (s *Stream) removeGroup(name string) {
	if g, ok := s.groups.Delete(name); ok {
		s.pending -= g.pending.Len()
	}
}

// consumer returns a group's consumer, which it makes if there is none, and reports whether it has.
func (g *group) consumer(name string, now int64) (*consumer, bool) {
	if one, ok := g.consumers.Get(name); ok {
		return one, false
	}
	one := &consumer{name: strings.Clone(name), seen: now, active: -1, pending: newPending()}
	g.consumers.Set(one.name, one)
	return one, true
}

// find returns a pending entry, or nil.
func (g *group) find(id ID) *pending {
	p, _ := g.pending.Get(&pending{id: id})
	return p
}

// give makes an entry pending for a consumer, whoever had it, and returns it.
func (s *Stream) give(g *group, to *consumer, id ID) *pending {
	p := g.find(id)
	if p == nil {
		p = &pending{id: id}
		g.pending.Set(p)
		s.pending++
	}
	if p.owner != to {
		if p.owner != nil {
			p.owner.pending.Delete(p)
		}
		p.owner = to
		to.pending.Set(p)
	}
	return p
}

// drop takes an entry from the pending ones, and reports whether it was there.
func (s *Stream) drop(g *group, id ID) bool {
	p, ok := g.pending.Delete(&pending{id: id})
	if ok {
		p.owner.pending.Delete(p)
		s.pending--
	}
	return ok
}

// removeConsumer takes a consumer out with what is pending for it, and returns the number of that.
func (s *Stream) removeConsumer(g *group, name string) (int, bool) {
	one, ok := g.consumers.Delete(name)
	if !ok {
		return 0, false
	}
	n := one.pending.Len()
	one.pending.Scan(func(p *pending) bool {
		g.pending.Delete(p)
		return true
	})
	s.pending -= n
	return n, true
}

// after returns pending entries from an ID on that choose says yes to, up to count of them; 0 is all.
func after(from *btree.BTreeG[*pending], start, end ID, count int64, choose func(*pending) bool) []*pending {
	var found []*pending
	from.Ascend(&pending{id: start}, func(p *pending) bool {
		if end.less(p.id) {
			return false
		}
		if choose == nil || choose(p) {
			found = append(found, p)
		}
		return count == 0 || int64(len(found)) < count
	})
	return found
}

func (g *group) copy() *group {
	to := &group{last: g.last, read: g.read, pending: newPending()}
	g.consumers.Scan(func(name string, old *consumer) bool {
		one := &consumer{name: name, seen: old.seen, active: old.active, pending: newPending()}
		to.consumers.Set(name, one)
		old.pending.Scan(func(p *pending) bool {
			own := &pending{p.id, one, p.delivered, p.deliveries}
			one.pending.Set(own)
			to.pending.Set(own)
			return true
		})
		return true
	})
	return to
}
