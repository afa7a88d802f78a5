package hash

import (
	"github.com/crashlab/crashlab/pkg/redislocal/dump"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Dump writes the fields with their times to live.
func (h *Hash) Dump(w *dump.Writer) {
	w.Len(h.Len())
	h.fields.All(func(name string, f field) bool {
		w.String(name)
		w.String(f.value)
		w.Int(f.expire)
		return true
	})
}

// Load reads what Dump wrote.
func Load(r *dump.Reader) engine.Value {
	h := New()
	for range r.Len() {
		name, value, expire := r.String(), r.String(), r.Int()
		if !h.Set(name, value) || expire < 0 {
			r.Fail()
		}
		if expire > 0 {
			h.setExpire(name, expire)
		}
	}
	return h
}
