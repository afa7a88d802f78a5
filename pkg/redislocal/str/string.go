package str

import (
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// String is a value of type string. Appending to it and writing into it take time in proportion to what is
// written, as in Redis.
type String struct{ b []byte }

// New returns a string with a copy of s.
func New(s string) *String { return &String{[]byte(s)} }

// Bytes returns the content, which the caller must not change.
func (s *String) Bytes() []byte { return s.b }

// Type is "string".
func (*String) Type() string { return "string" }

// Encoding is int, embstr or raw.
func (s *String) Encoding() string {
	if len(s.b) <= 20 {
		if _, ok := engine.ParseInt(string(s.b)); ok {
			return "int"
		}
	}
	if len(s.b) <= 44 {
		return "embstr"
	}
	return "raw"
}

// Size is the capacity of its memory.
func (s *String) Size() int { return cap(s.b) }

// Len is 1: an empty string is a value too.
func (*String) Len() int { return 1 }

// Copy returns a string of its own.
func (s *String) Copy() engine.Value { return New(string(s.b)) }
