package sqs

import "container/heap"

// standardSet returns the oldest message first. AWS promises only best effort; LocalStack and we keep the
// exact order, which makes runs repeatable.
type standardSet struct {
	ready messageHeap
}

func newStandardSet() *standardSet {
	return &standardSet{ready: messageHeap{before: byOrder}}
}

func (s *standardSet) put(m *message)    { heap.Push(&s.ready, m) }
func (s *standardSet) remove(m *message) { heap.Remove(&s.ready, m.index) }
func (s *standardSet) lock(*message)     {}
func (s *standardSet) unlock(*message)   {}

func (s *standardSet) take(limit int, want func(*message) bool) {
	for limit > 0 && s.ready.Len() > 0 {
		if want(heap.Pop(&s.ready).(*message)) {
			limit--
		}
	}
}
