package zset

import (
	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Dump writes the members with their scores.
func (z *ZSet) Dump(w *dump.Writer) {
	w.Len(z.Len())
	z.All(func(member string, score float64) bool {
		w.String(member)
		w.Float(score)
		return true
	})
}

// Load reads what Dump wrote.
func Load(r *dump.Reader) engine.Value {
	z := New(r.Rand)
	for range r.Len() {
		if added, _ := z.Set(r.String(), r.Float()); !added {
			r.Fail()
		}
	}
	return z
}
