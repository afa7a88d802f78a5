package str

import (
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// String is a value of type string. Appending to it and writing into it take time in proportion to what is
// written, as in Redis.
type String struct {
	b      []byte
	edited bool // changed in place, or made of bytes: Redis keeps it in its raw form, however short it is
}

// New returns a string with a copy of s.
func New(s string) *String { return &String{b: []byte(s)} }

// Of returns a string that takes b over; Redis would keep it in its raw form.
func Of(b []byte) *String { return &String{b: b, edited: true} }

// Bytes returns the content, which the caller must not change.
func (s *String) Bytes() []byte { return s.b }

// Edit returns the content for changes in place, with zero bytes up to a length of n at least.
func (s *String) Edit(n int) []byte {
	s.edited = true
	switch {
	case n > cap(s.b):
		b := make([]byte, n, roomy(len(s.b), n))
		copy(b, s.b)
		s.b = b
	case n > len(s.b):
		old := len(s.b)
		s.b = s.b[:n]
		clear(s.b[old:])
	}
	return s.b
}

// roomy is the capacity for a string that grows to n: as much as a slice gets from append, so that a string
// which grows byte by byte is copied seldom.
func roomy(old, n int) int {
	if old == 0 {
		return n
	}
	return max(n, min(2*old, old+old/4+(1<<20)))
}

// replace makes the content a copy of text. It keeps the memory unless most of it would be idle.
func (s *String) replace(text string) {
	if cap(s.b) > 2*len(text)+spare {
		s.b = nil
	}
	s.b = append(s.b[:0], text...)
	s.edited = false
}

// spare is the memory that a string may leave unused whatever its length, in bytes.
const spare = 64

// Type is "string".
func (*String) Type() string { return "string" }

// Encoding is int, embstr or raw.
func (s *String) Encoding() string {
	switch {
	case s.edited || len(s.b) > 44:
		return "raw"
	case isInt(s.b):
		return "int"
	}
	return "embstr"
}

func isInt(b []byte) bool {
	_, ok := engine.ParseInt(string(b))
	return ok
}

// Size is the capacity of its memory.
func (s *String) Size() int { return cap(s.b) }

// Len is 1: an empty string is a value too.
func (*String) Len() int { return 1 }

// Copy returns a string of its own.
func (s *String) Copy() engine.Value {
	return &String{b: append([]byte{}, s.b...), edited: s.edited}
}
