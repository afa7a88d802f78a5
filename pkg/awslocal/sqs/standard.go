package sqs

import "container/heap"

// standardShelf hands out the oldest message first. AWS promises only best effort here;
// LocalStack and we keep the order exactly, which makes lessons repeatable.
type standardShelf struct {
	ready messageHeap
}

func newStandardShelf() *standardShelf {
	return &standardShelf{ready: messageHeap{before: byOrder}}
}

func (s *standardShelf) put(m *message)    { heap.Push(&s.ready, m) }
func (s *standardShelf) remove(m *message) { heap.Remove(&s.ready, m.index) }
func (s *standardShelf) lock(*message)     {}
func (s *standardShelf) unlock(*message)   {}

func (s *standardShelf) take(limit int, want func(*message) bool) {
	for limit > 0 && s.ready.Len() > 0 {
		if want(heap.Pop(&s.ready).(*message)) {
			limit--
		}
	}
}
