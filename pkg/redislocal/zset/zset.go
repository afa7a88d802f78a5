package zset

import (
	"math/rand/v2"

	"github.com/crashlab/crashlab/pkg/redislocal/dict"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// overhead is about what a member costs beside its bytes, in bytes.
const overhead = 128

// ZSet is a value of type zset.
type ZSet struct {
	members *dict.Dict[*node]
	order   *skiplist
	bytes   int  // of all members
	longest int  // member that was added since Fit, in bytes; -1 for none
	large   bool // beyond the limits, once
}

// New returns an empty sorted set. Its random choices, which show in nothing but its speed, come from r.
func New(r *rand.Rand) *ZSet {
	return &ZSet{members: dict.New[*node](), order: newSkiplist(r), longest: -1}
}

// Set gives a member a score, which must be a number. It keeps a copy of a new one, and reports what it did.
func (z *ZSet) Set(member string, score float64) (added, changed bool) {
	score += 0 // -0 is 0
	old, ok := z.members.Get(member)
	if ok {
		if old.score == score {
			return false, false
		}
		z.order.remove(old)
		z.members.Set(member, z.order.insert(score, old.member))
		return false, true
	}
	z.members.Set(member, nil)
	own := z.members.At(z.members.Len() - 1).Key // share the dict's copy
	z.members.Set(own, z.order.insert(score, own))
	z.bytes += len(own)
	z.longest = max(z.longest, len(own))
	return true, true
}

// Remove removes a member and reports whether it was there.
func (z *ZSet) Remove(member string) bool {
	n, ok := z.members.Get(member)
	if ok {
		z.drop(n)
	}
	return ok
}

func (z *ZSet) drop(n *node) {
	z.order.remove(n)
	z.members.Delete(n.member)
	z.bytes -= len(n.member)
}

// Score returns a member's score.
func (z *ZSet) Score(member string) (float64, bool) {
	n, ok := z.members.Get(member)
	if !ok {
		return 0, false
	}
	return n.score, true
}

// rank returns a member's place from the lowest score on.
func (z *ZSet) rank(n *node) int {
	return z.order.rank(func(other *node) bool { return other.before(n.score, n.member) })
}

// Each calls f for the members of the ranks [from, to), which there must be, until it returns false.
func (z *ZSet) Each(from, to int, reverse bool, f func(member string, score float64) bool) {
	if from >= to {
		return
	}
	start, next := from, (*node).next
	if reverse {
		start, next = to-1, func(n *node) *node { return n.prev }
	}
	n := z.order.at(start)
	for range to - from {
		if !f(n.member, n.score) {
			return
		}
		n = next(n)
	}
}

// All calls f for each member in order until it returns false.
func (z *ZSet) All(f func(member string, score float64) bool) { z.Each(0, z.Len(), false, f) }

// Type is "zset".
func (*ZSet) Type() string { return "zset" }

// Encoding is listpack or skiplist.
func (z *ZSet) Encoding() string {
	if z.large {
		return "skiplist"
	}
	return "listpack"
}

// Fit makes it a skip list if something was added beyond the limits.
func (z *ZSet) Fit(l *engine.Limits) {
	z.large = z.large || z.longest > l.ZSetValue || z.longest >= 0 && z.Len() > l.ZSetEntries
	z.longest = -1
}

// Size counts the members and what they cost beside their bytes.
func (z *ZSet) Size() int { return z.bytes + overhead*z.Len() }

// Len is the number of members.
func (z *ZSet) Len() int { return z.order.n }

// Copy returns a sorted set of its own.
func (z *ZSet) Copy() engine.Value {
	to := New(z.order.rand)
	z.All(func(member string, score float64) bool {
		to.Set(member, score)
		return true
	})
	to.large, to.longest = z.large, -1
	return to
}
