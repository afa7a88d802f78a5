package dict

import (
	"math/rand/v2"
	"strings"
)

// Dict maps strings to values. The zero value is not ready: use New.
type Dict[V any] struct {
	index map[string]int
	items []Item[V]
}

// Item is one element.
type Item[V any] struct {
	Key   string
	Value V
}

// New returns an empty dict.
func New[V any]() *Dict[V] { return &Dict[V]{index: map[string]int{}} }

// Len is the number of elements.
func (d *Dict[V]) Len() int { return len(d.items) }

// Get returns the value of a key.
func (d *Dict[V]) Get(key string) (V, bool) {
	i, ok := d.index[key]
	if !ok {
		var none V
		return none, false
	}
	return d.items[i].Value, true
}

// Has reports whether there is a key.
func (d *Dict[V]) Has(key string) bool {
	_, ok := d.index[key]
	return ok
}

// Set gives a key a value, and reports whether the key is new. A new key is copied.
func (d *Dict[V]) Set(key string, value V) bool {
	if i, ok := d.index[key]; ok {
		d.items[i].Value = value
		return false
	}
	key = strings.Clone(key)
	d.index[key] = len(d.items)
	d.items = append(d.items, Item[V]{key, value})
	return true
}

// Delete removes a key, and reports whether it was there. The last element takes its place.
func (d *Dict[V]) Delete(key string) bool {
	i, ok := d.index[key]
	if !ok {
		return false
	}
	delete(d.index, key)
	last := len(d.items) - 1
	if i != last {
		d.items[i] = d.items[last]
		d.index[d.items[i].Key] = i
	}
	d.items[last] = Item[V]{}
	d.items = d.items[:last]
	if cap(d.items) > 64 && len(d.items) < cap(d.items)/4 {
		d.items = append(make([]Item[V], 0, cap(d.items)/2), d.items...)
	}
	return true
}

// At returns the i-th element. The order is that of insertion, but for the holes that Delete fills.
func (d *Dict[V]) At(i int) Item[V] { return d.items[i] }

// Random returns one of the elements; there must be one.
func (d *Dict[V]) Random(r *rand.Rand) Item[V] { return d.items[r.IntN(len(d.items))] }

// All calls f for each element until it returns false. f must not change the dict.
func (d *Dict[V]) All(f func(key string, value V) bool) {
	for _, item := range d.items {
		if !f(item.Key, item.Value) {
			return
		}
	}
}

// Scan visits up to count elements from a cursor on and returns the next cursor; 0 is both the first and the
// one after the last. An element that is there from the first call to the last is visited at least once. It
// goes from the end to the start: Delete moves elements only from the visited part, or within the other.
func (d *Dict[V]) Scan(cursor uint64, count int, f func(key string, value V)) uint64 {
	i := len(d.items)
	if cursor > 0 && cursor < uint64(i) {
		i = int(cursor)
	}
	for ; i > 0 && count > 0; count-- {
		i--
		f(d.items[i].Key, d.items[i].Value)
	}
	return uint64(i)
}

// Clone returns a copy, with each value copied by f.
func (d *Dict[V]) Clone(f func(V) V) *Dict[V] {
	to := &Dict[V]{index: make(map[string]int, len(d.items)), items: make([]Item[V], len(d.items))}
	for i, item := range d.items {
		to.index[item.Key] = i
		to.items[i] = Item[V]{item.Key, f(item.Value)}
	}
	return to
}
