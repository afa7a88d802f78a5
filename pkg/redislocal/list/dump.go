package list

import (
	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Dump writes the elements.
func (l *List) Dump(w *dump.Writer) {
	w.Len(l.n)
	l.All(w.String)
}

// Load reads what Dump wrote.
func Load(r *dump.Reader) engine.Value {
	l := New()
	for range r.Len() {
		l.Push(r.String())
	}
	return l
}
