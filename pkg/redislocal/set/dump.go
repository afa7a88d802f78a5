package set

import (
	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Dump writes the members.
func (s *Set) Dump(w *dump.Writer) {
	w.Len(s.Len())
	s.All(func(member string) bool {
		w.String(member)
		return true
	})
}

// Load reads what Dump wrote.
func Load(r *dump.Reader) engine.Value {
	s := New()
	for range r.Len() {
		if !s.Add(r.String()) {
			r.Fail()
		}
	}
	return s
}
