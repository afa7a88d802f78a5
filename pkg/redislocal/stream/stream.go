package stream

import (
	"strings"

	"github.com/tidwall/btree"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Stream is a value of type stream.
type Stream struct {
	entries    *btree.BTreeG[entry]
	last       ID    // of the entry added last, which may be gone
	maxDeleted ID    // the greatest of those that XDEL has removed
	added      int64 // entries ever
	groups     btree.Map[string, *group]

	node      int64 // the number of the node that new entries go to
	nodeCount int   // entries in it, those removed since included
	nodeBytes int
	size      int
	pending   int // in all groups
}

// entry is an ID with fields and values in turn.
type entry struct {
	id     ID
	node   int64
	fields []string
}

// The limits of a node: stream-node-max-entries and stream-node-max-bytes.
const (
	nodeEntries  = 100
	nodeMaxBytes = 4096
)

// What an entry, one of its strings, and a pending entry cost beside their bytes, about.
const (
	entryOverhead   = 64
	fieldOverhead   = 16
	pendingOverhead = 128
)

// New returns an empty stream.
func New() *Stream {
	return &Stream{entries: btree.NewBTreeGOptions(func(a, b entry) bool { return a.id.less(b.id) },
		btree.Options{NoLocks: true})}
}

func (e entry) size() int {
	n := entryOverhead
	for _, s := range e.fields {
		n += len(s) + fieldOverhead
	}
	return n
}

// add appends an entry, whose ID is greater than the last one.
func (s *Stream) add(id ID, fields []string) {
	bytes := 0
	for _, field := range fields {
		bytes += len(field)
	}
	if s.nodeCount >= nodeEntries || s.nodeCount > 0 && s.nodeBytes+bytes >= nodeMaxBytes {
		s.node++
		s.nodeCount, s.nodeBytes = 0, 0
	}
	s.nodeCount++
	s.nodeBytes += bytes
	s.keep(entry{id, s.node, fields})
	s.last = id
	s.added++
}

// keep stores an entry with strings of its own, after all others.
func (s *Stream) keep(e entry) {
	all := strings.Join(e.fields, "")
	own := make([]string, len(e.fields))
	for i, at := 0, 0; i < len(own); i++ {
		own[i] = all[at : at+len(e.fields[i])]
		at += len(e.fields[i])
	}
	e.fields = own
	s.entries.Load(e)
	s.size += e.size()
}

func (s *Stream) has(id ID) bool {
	_, ok := s.entries.Get(entry{id: id})
	return ok
}

// remove takes an entry out, and reports whether it was there.
func (s *Stream) remove(id ID) bool {
	e, ok := s.entries.Delete(entry{id: id})
	if ok {
		s.size -= e.size()
	}
	return ok
}

// first is the ID of the first entry, or 0-0.
func (s *Stream) first() ID {
	e, _ := s.entries.Min()
	return e.id
}

// final is the ID of the last entry that is there, or 0-0.
func (s *Stream) final() ID {
	e, _ := s.entries.Max()
	return e.id
}

// between returns the entries from one ID to another, both included, up to count of them; 0 is all.
func (s *Stream) between(start, end ID, count int64) []entry {
	var found []entry
	s.entries.Ascend(entry{id: start}, func(e entry) bool {
		if end.less(e.id) {
			return false
		}
		found = append(found, e)
		return int64(len(found)) != count
	})
	return found
}

// backwards is between from the end.
func (s *Stream) backwards(start, end ID, count int64) []entry {
	var found []entry
	s.entries.Descend(entry{id: end}, func(e entry) bool {
		if e.id.less(start) {
			return false
		}
		found = append(found, e)
		return int64(len(found)) != count
	})
	return found
}

// Type is "stream".
func (*Stream) Type() string { return "stream" }

// Encoding is "stream".
func (*Stream) Encoding() string { return "stream" }

// Size is about its memory.
func (s *Stream) Size() int { return s.size + pendingOverhead*s.pending }

// Len is 1: an empty stream is a value too.
func (*Stream) Len() int { return 1 }

// Copy returns a stream of its own, with its groups.
func (s *Stream) Copy() engine.Value {
	to := *s
	to.entries = s.entries.Copy()
	to.groups = btree.Map[string, *group]{}
	s.groups.Scan(func(name string, g *group) bool {
		to.groups.Set(name, g.copy())
		return true
	})
	return &to
}

// lookup returns the stream of a key, or nil.
func lookup(c *engine.Call, key string) (*Stream, error) {
	s, _, err := engine.Get[*Stream](c, key)
	return s, err
}

// writeEntry writes an ID and its fields.
func writeEntry(c *engine.Call, e entry) {
	c.Array(2)
	c.Bulk(e.id.String())
	c.Bulks(e.fields)
}

func writeEntries(c *engine.Call, all []entry) {
	c.Array(len(all))
	for _, e := range all {
		writeEntry(c, e)
	}
}
