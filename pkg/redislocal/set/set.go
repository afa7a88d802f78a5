package set

import (
	"github.com/crashlab/crashlab/pkg/redislocal/dict"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// The limits of Redis's compact encodings: set-max-intset-entries, set-max-listpack-entries and -value.
const (
	intsetMax   = 512
	listpackMax = 128
	longestMax  = 64
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
	bytes    int // of all members
	longest  int // member there has been, in bytes
	encoding encoding
}

// New returns an empty set.
func New() *Set { return &Set{members: dict.New[struct{}]()} }

// Add adds a member, of which it keeps a copy, and reports whether it is new.
func (s *Set) Add(member string) bool {
	if !s.members.Set(member, struct{}{}) {
		return false
	}
	s.bytes += len(member)
	s.longest = max(s.longest, len(member))
	s.encoding = max(s.encoding, s.needs(member))
	return true
}

// needs is the least encoding that has room for the set with its newest member.
func (s *Set) needs(member string) encoding {
	n := s.members.Len()
	if s.encoding == intset && n <= intsetMax {
		if _, ok := engine.ParseInt(member); ok {
			return intset
		}
	}
	if n <= listpackMax && s.longest <= longestMax {
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

// All calls f for each member until it returns false.
func (s *Set) All(f func(member string) bool) {
	s.members.All(func(member string, _ struct{}) bool { return f(member) })
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
