package embedded

import (
	"container/heap"
	"iter"
	"time"
)

// deadlines holds the times at which keys expire. The zero value is empty.
type deadlines struct {
	at    map[string]time.Time
	order deadlineHeap // of all entries of at, past and present; outdated ones are skipped
}

// deadline is when a key expires.
type deadline struct {
	key string
	at  time.Time
}

// set gives a key its deadline and replaces the one it had.
func (d *deadlines) set(key string, at time.Time) {
	if d.at == nil {
		d.at = map[string]time.Time{}
	}
	d.at[key] = at
	heap.Push(&d.order, deadline{key, at})
}

// until removes, in order, the keys whose deadline has come.
func (d *deadlines) until(now time.Time) iter.Seq[string] {
	return func(yield func(string) bool) {
		for len(d.order) > 0 && !d.order[0].at.After(now) {
			first := heap.Pop(&d.order).(deadline)
			if !d.at[first.key].Equal(first.at) {
				continue
			}
			delete(d.at, first.key)
			if !yield(first.key) {
				return
			}
		}
	}
}

// deadlineHeap is a heap of deadlines, the earliest first.
type deadlineHeap []deadline

func (h deadlineHeap) Len() int           { return len(h) }
func (h deadlineHeap) Less(i, j int) bool { return h[i].at.Before(h[j].at) }
func (h deadlineHeap) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *deadlineHeap) Push(x any)        { *h = append(*h, x.(deadline)) }

func (h *deadlineHeap) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}
