package set

import (
	"cmp"
	"slices"

	"github.com/crashlab/crashlab/pkg/redislocal/dict"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// overhead is about what a member costs beside its bytes, in bytes.
const overhead = 48

// encoding is what Redis would use. A set goes up, and never down.
type encoding int

const (
	intset encoding = iota
	listpack
	hashtable
)

// Set is a value of type set.
type Set struct {
	members  *dict.Dict[struct{}]
	bytes    int  // of all members
	longest  int  // member that was added since Fit, in bytes; -1 for none
	mixed    bool // some member of an intset was no integer
	fitted   bool // Fit has been called
	encoding encoding
}

// New returns an empty set.
func New() *Set { return &Set{members: dict.New[struct{}](), longest: -1} }

// Add adds a member, of which it keeps a copy, and reports whether it is new.
func (s *Set) Add(member string) bool {
	if !s.members.Set(member, struct{}{}) {
		return false
	}
	s.bytes += len(member)
	s.longest = max(s.longest, len(member))
	if s.encoding == intset && !s.mixed {
		_, ok := engine.ParseInt(member)
		s.mixed = !ok
	}
	return true
}

// Fit goes up to the encoding that has room for what was added. Integers that are too many become a hash table, but
// for those that come all at once.
func (s *Set) Fit(l *engine.Limits) {
	if s.longest >= 0 {
		s.encoding = max(s.encoding, s.needs(l))
	}
	s.longest, s.fitted = -1, true
}

func (s *Set) needs(l *engine.Limits) encoding {
	n := s.members.Len()
	integers := s.encoding == intset && !s.mixed
	switch {
	case integers && n <= l.SetIntegers:
		return intset
	case n <= l.SetEntries && s.longest <= l.SetValue && !(integers && s.fitted):
		return listpack
	}
	return hashtable
}

// Remove removes a member and reports whether it was there.
func (s *Set) Remove(member string) bool {
	if !s.members.Delete(member) {
		return false
	}
	s.bytes -= len(member)
	return true
}

// Has reports whether there is a member.
func (s *Set) Has(member string) bool { return s.members.Has(member) }

// All calls f for each member until it returns false. Those of an intset are in ascending order.
func (s *Set) All(f func(member string) bool) {
	if s.encoding == intset && !s.mixed {
		s.ascending(f)
		return
	}
	s.members.All(func(member string, _ struct{}) bool { return f(member) })
}

func (s *Set) ascending(f func(member string) bool) {
	type integer struct {
		n    int64
		text string
	}
	all := make([]integer, 0, s.Len())
	s.members.All(func(member string, _ struct{}) bool {
		n, _ := engine.ParseInt(member) // they all are
		all = append(all, integer{n, member})
		return true
	})
	slices.SortFunc(all, func(a, b integer) int { return cmp.Compare(a.n, b.n) })
	for _, one := range all {
		if !f(one.text) {
			return
		}
	}
}

// Type is "set".
func (*Set) Type() string { return "set" }

// Encoding is intset, listpack or hashtable.
func (s *Set) Encoding() string { return [...]string{"intset", "listpack", "hashtable"}[s.encoding] }

// Size counts the members and what they cost beside their bytes.
func (s *Set) Size() int { return s.bytes + overhead*s.members.Len() }

// Len is the number of members.
func (s *Set) Len() int { return s.members.Len() }

// Copy returns a set of its own.
func (s *Set) Copy() engine.Value {
	to := *s
	to.members = s.members.Clone(func(v struct{}) struct{} { return v })
	return &to
}
