package hash

import (
	"strings"

	"github.com/tidwall/btree"

	"github.com/crashlab/crashlab/pkg/redislocal/dict"
	"github.com/crashlab/crashlab/pkg/redislocal/engine"
)

// Hash is a value of type hash.
type Hash struct {
	fields  *dict.Dict[field]
	expires *btree.BTreeG[deadline] // of the fields with a time to live; nil as long as there was none
	size    int
	longest int  // name or value that was set since Fit, in bytes; -1 for none
	large   bool // it has outgrown a listpack, or once had
}

type field struct {
	value  string
	expire int64 // Unix ms; 0 is never
}

// deadline is when a field expires, in Unix ms.
type deadline struct {
	at   int64
	name string
}

// fieldOverhead is about what a field costs beside its name and value, in bytes.
const fieldOverhead = 64

// New returns an empty hash.
func New() *Hash { return &Hash{fields: dict.New[field](), longest: -1} }

// Get returns the value of a field.
func (h *Hash) Get(name string) (string, bool) {
	f, ok := h.fields.Get(name)
	return f.value, ok
}

// Set gives a field a value, without a time to live, and reports whether the field is new.
func (h *Hash) Set(name, value string) bool { return h.set(name, value, false) }

// set gives a field a value; keep leaves its time to live as it is.
func (h *Hash) set(name, value string, keep bool) bool {
	old, ok := h.fields.Get(name)
	next := field{value: strings.Clone(value)}
	if keep {
		next.expire = old.expire
	} else if old.expire != 0 {
		h.expires.Delete(deadline{old.expire, name})
	}
	h.fields.Set(name, next)
	h.size += len(value) - len(old.value)
	if !ok {
		h.size += len(name) + fieldOverhead
	}
	h.longest = max(h.longest, len(name), len(value))
	return !ok
}

// Delete removes a field, and reports whether it was there.
func (h *Hash) Delete(name string) bool {
	f, ok := h.fields.Get(name)
	if !ok {
		return false
	}
	if f.expire != 0 {
		h.expires.Delete(deadline{f.expire, name})
	}
	h.size -= len(name) + len(f.value) + fieldOverhead
	return h.fields.Delete(name)
}

// setExpire gives a field that is there a deadline in Unix ms, or none with 0.
func (h *Hash) setExpire(name string, at int64) {
	f, _ := h.fields.Get(name)
	if f.expire != 0 {
		h.expires.Delete(deadline{f.expire, name})
	}
	f.expire = at
	h.fields.Set(name, f)
	if at == 0 {
		return
	}
	if h.expires == nil {
		h.expires = btree.NewBTreeGOptions(func(a, b deadline) bool {
			return a.at < b.at || a.at == b.at && a.name < b.name
		}, btree.Options{NoLocks: true})
	}
	h.expires.Set(deadline{at, strings.Clone(name)})
}

// Due is when the next field expires, and when the last one has.
func (h *Hash) Due() (next, last int64) {
	if h.expires == nil {
		return 0, 0
	}
	if first, ok := h.expires.Min(); ok {
		next = first.at
	}
	if final, ok := h.expires.Max(); ok && h.expires.Len() == h.Len() {
		last = final.at
	}
	return next, last
}

// Expire removes the fields that are due, up to a number of them.
func (h *Hash) Expire(now int64, most int) int {
	n := 0
	for ; n < most; n++ {
		first, ok := h.expires.Min()
		if !ok || first.at > now {
			break
		}
		h.Delete(first.name)
	}
	return n
}

// Type is "hash".
func (*Hash) Type() string { return "hash" }

// Encoding is listpack, listpackex with fields that expire, or hashtable.
func (h *Hash) Encoding() string {
	switch {
	case h.large:
		return "hashtable"
	case h.expires != nil:
		return "listpackex"
	}
	return "listpack"
}

// Fit makes it a hash table if something was set beyond the limits.
func (h *Hash) Fit(l *engine.Limits) {
	h.large = h.large || h.longest > l.HashValue || h.longest >= 0 && h.Len() > l.HashEntries
	h.longest = -1
}

// Size is about its memory.
func (h *Hash) Size() int { return h.size }

// Len is the number of fields.
func (h *Hash) Len() int { return h.fields.Len() }

// Copy returns a hash of its own.
func (h *Hash) Copy() engine.Value {
	to := &Hash{fields: h.fields.Clone(func(f field) field { return f }), size: h.size, longest: -1, large: h.large}
	if h.expires != nil {
		to.expires = h.expires.Copy()
	}
	return to
}
