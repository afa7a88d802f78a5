package list

import (
	"math"
	"strings"

	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// overhead is about what an element costs beside its bytes in a listpack.
const overhead = 2

// List is a value of type list.
type List struct {
	deque
	bytes int  // of all elements
	large bool // in several pieces: a quicklist
}

// New returns an empty list.
func New() *List { return &List{} }

// Push adds an element at the end. It keeps a copy.
func (l *List) Push(s string) { l.push(s, right) }

func (l *List) push(s string, at end) {
	s = strings.Clone(s)
	if at == left {
		l.pushFront(s)
	} else {
		l.pushBack(s)
	}
	l.bytes += len(s)
}

// pop removes an element at an end; there must be one.
func (l *List) pop(at end) string {
	var s string
	if at == left {
		s = l.at(0)
		l.dropFront(1)
	} else {
		s = l.at(l.n - 1)
		l.dropBack(1)
	}
	l.bytes -= len(s)
	return s
}

// piece is the most that Redis keeps in one piece by list-max-listpack-size: so many elements, or, if it is
// negative, bytes by this table.
var piece = [...]int{4 << 10, 8 << 10, 16 << 10, 32 << 10, 64 << 10}

// safe is the most bytes in one piece where elements are counted.
const safe = 8 << 10

// Fit makes it several pieces beyond the limit. It is one again at half the limit, where Redis also waits until only
// one of its pieces is left.
func (l *List) Fit(limits *engine.Limits) {
	count, size := max(limits.List, 1), safe
	if limits.List < 0 {
		count, size = math.MaxInt, piece[min(-limits.List, len(piece))-1]
	}
	if l.large {
		count, size = count/2, size/2
	}
	l.large = l.n > count || l.bytes+overhead*l.n > size
}

// All calls f for each element from the start.
func (l *List) All(f func(s string)) {
	for i := range l.n {
		f(l.at(i))
	}
}

// Type is "list".
func (*List) Type() string { return "list" }

// Encoding is listpack or quicklist.
func (l *List) Encoding() string {
	if l.large {
		return "quicklist"
	}
	return "listpack"
}

// Size counts the ring and the bytes in it.
func (l *List) Size() int { return l.bytes + 16*len(l.ring) }

// Len is the number of elements.
func (l *List) Len() int { return l.n }

// Copy returns a list of its own.
func (l *List) Copy() engine.Value { return &List{deque: l.copy(), bytes: l.bytes, large: l.large} }
