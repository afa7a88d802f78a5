package stream

import (
	"math"

	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Dump writes what Redis does: the entries by their nodes, what is known of those that are gone, and the groups with
// their consumers and what is pending for each.
func (s *Stream) Dump(w *dump.Writer) {
	first, _ := s.entries.Min()
	w.Len(s.entries.Len())
	s.entries.Scan(func(e entry) bool {
		w.Uint(uint64(e.node - first.node))
		writeID(w, e.id)
		w.Len(len(e.fields))
		for _, field := range e.fields {
			w.String(field)
		}
		return true
	})
	w.Uint(uint64(s.node - first.node))
	w.Uint(uint64(s.nodeCount))
	w.Uint(uint64(s.nodeBytes))
	writeID(w, s.last)
	writeID(w, s.maxDeleted)
	w.Int(s.added)
	w.Len(s.groups.Len())
	s.groups.Scan(func(name string, g *group) bool {
		w.String(name)
		writeID(w, g.last)
		w.Int(g.read)
		g.dump(w)
		return true
	})
}

func (g *group) dump(w *dump.Writer) {
	w.Len(g.consumers.Len())
	g.consumers.Scan(func(name string, one *consumer) bool {
		w.String(name)
		w.Int(one.seen)
		w.Int(one.active)
		w.Len(one.pending.Len())
		one.pending.Scan(func(p *pending) bool {
			writeID(w, p.id)
			w.Int(p.delivered)
			w.Int(p.deliveries)
			return true
		})
		return true
	})
}

func writeID(w *dump.Writer, id ID) {
	w.Uint(id.ms)
	w.Uint(id.seq)
}

func readID(r *dump.Reader) ID { return ID{r.Uint(), r.Uint()} }

// Load reads what Dump wrote.
func Load(r *dump.Reader) engine.Value {
	s := New()
	for range r.Len() {
		s.loadEntry(r)
	}
	s.node = natural(r)
	s.nodeCount, s.nodeBytes = int(natural(r)), int(natural(r))
	s.last, s.maxDeleted, s.added = readID(r), readID(r), r.Int()
	last, _ := s.entries.Max()
	if s.node < last.node || s.last.less(last.id) || s.last.less(s.maxDeleted) || s.added < int64(s.entries.Len()) {
		r.Fail()
	}
	for range r.Len() {
		s.loadGroup(r)
	}
	return s
}

// loadEntry reads an entry, which has to come after all others.
func (s *Stream) loadEntry(r *dump.Reader) {
	before, some := s.entries.Max()
	e := entry{node: natural(r), id: readID(r), fields: make([]string, r.Len())}
	for i := range e.fields {
		e.fields[i] = r.String()
	}
	if e.node < before.node || e.id == (ID{}) || some && !before.id.less(e.id) || len(e.fields) == 0 ||
		len(e.fields)%2 != 0 {
		r.Fail()
	}
	if !r.Failed() {
		s.keep(e)
	}
}

func (s *Stream) loadGroup(r *dump.Reader) {
	name := r.String()
	if s.group(name) != nil {
		r.Fail()
	}
	s.addGroup(name, readID(r), r.Int())
	g := s.group(name)
	if g.read < unknown {
		r.Fail()
	}
	for range r.Len() {
		name, seen := r.String(), r.Int()
		one, added := g.consumer(name, seen)
		if one.active = r.Int(); !added || seen < 0 || one.active < -1 {
			r.Fail()
		}
		for range r.Len() {
			s.loadPending(r, g, one)
		}
	}
}

func (s *Stream) loadPending(r *dump.Reader, g *group, one *consumer) {
	id, delivered, deliveries := readID(r), r.Int(), r.Int()
	if g.find(id) != nil || delivered < 0 || deliveries < 0 {
		r.Fail()
	}
	if !r.Failed() {
		p := s.give(g, one, id)
		p.delivered, p.deliveries = delivered, deliveries
	}
}

// natural reads a number of nodes, entries or bytes.
func natural(r *dump.Reader) int64 {
	n := r.Uint()
	if n > math.MaxInt32 {
		r.Fail()
		return 0
	}
	return int64(n)
}
