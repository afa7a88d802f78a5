package stream

// The number of entries that a group has still to read is known as long as nothing was deleted from among them:
// it is the entries ever added without those the group has read. The rules are those of Redis.

// lag returns the number of entries that the group has not read, and whether it is known.
func (s *Stream) lag(g *group) (int64, bool) {
	switch {
	case s.added == 0 || s.entries.Len() == 0:
		return 0, true
	case g.last.less(s.first()) && s.maxDeleted.less(s.first()):
		return int64(s.entries.Len()), true
	case g.read != unknown && !s.deletedFrom(g.last):
		return s.added - g.read, true
	}
	read := s.readUpTo(g.last)
	return s.added - read, read != unknown
}

// deletedFrom reports whether an entry was deleted from an ID on.
func (s *Stream) deletedFrom(id ID) bool {
	return s.entries.Len() > 0 && s.maxDeleted != (ID{}) && !s.maxDeleted.less(id)
}

// readUpTo returns the number of entries that were ever added up to an ID, or unknown.
func (s *Stream) readUpTo(id ID) int64 {
	length := int64(s.entries.Len())
	switch {
	case s.added == 0:
		return 0
	case length == 0 && !s.last.less(id):
		return s.added
	case id != (ID{}) && id.less(s.maxDeleted):
		return unknown
	case id == s.last:
		return s.added
	case s.last.less(id):
		return unknown
	case s.maxDeleted != (ID{}) && !s.maxDeleted.less(s.first()):
		return unknown
	case id.less(s.first()):
		return s.added - length
	case id == s.first():
		return s.added - length + 1
	}
	return unknown
}

// advance notes that a group has read an entry.
func (s *Stream) advance(g *group, id ID) {
	if !g.last.less(id) {
		return
	}
	if g.read != unknown && !s.deletedFrom(g.last) {
		g.read++
	} else {
		g.read = s.readUpTo(id)
	}
	g.last = id
}
