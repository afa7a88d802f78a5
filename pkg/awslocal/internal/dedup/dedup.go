// Package dedup remembers accepted messages for as long as their duplicates are dropped: the five-minute
// deduplication interval of FIFO queues and FIFO topics.
package dedup

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

// Interval is how long an ID is remembered.
const Interval = 5 * time.Minute

// Window maps deduplication keys to accepted values. The zero value is empty and ready. It is not safe for
// concurrent use.
type Window[T any] struct {
	seen  map[string]entry[T]
	order []string // keys of seen, oldest first
}

type entry[T any] struct {
	at    time.Time
	value T
}

// Find returns the value accepted under key within the interval before now.
func (w *Window[T]) Find(key string, now time.Time) (T, bool) {
	for len(w.order) > 0 && now.Sub(w.seen[w.order[0]].at) >= Interval {
		delete(w.seen, w.order[0])
		w.order = w.order[1:]
	}
	e, ok := w.seen[key]
	return e.value, ok
}

// Add remembers a key that Find has just not found.
func (w *Window[T]) Add(key string, value T, now time.Time) {
	if w.seen == nil {
		w.seen = map[string]entry[T]{}
	}
	w.seen[key] = entry[T]{now, value}
	w.order = append(w.order, key)
}

// ContentID is the deduplication ID of a message without an explicit one.
func ContentID(body string) string {
	sum := sha256.Sum256([]byte(body))
	return hex.EncodeToString(sum[:])
}
