package sqs

import (
	"container/heap"
	"fmt"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/dedup"
)

// fifoSet keeps each message group in order. A group with a message in flight is locked: its other messages
// are not visible until that one is deleted or visible again. So no consumer can overtake another within a
// group.
type fifoSet struct {
	groups map[string]*group
	open   groupHeap // groups that have visible messages and none in flight, oldest head first
}

// group is one message group; it exists while it has a visible message or one in flight.
type group struct {
	id    string
	ready messageHeap
	taken int // in flight
	index int // in fifoSet.open, or -1
}

func newFIFOSet() *fifoSet { return &fifoSet{groups: map[string]*group{}} }

func (s *fifoSet) group(id string) *group {
	g := s.groups[id]
	if g == nil {
		g = &group{id: id, ready: messageHeap{before: byOrder}, index: -1}
		s.groups[id] = g
	}
	return g
}

func (s *fifoSet) put(m *message) {
	g := s.group(m.group)
	heap.Push(&g.ready, m)
	s.settle(g)
}

func (s *fifoSet) remove(m *message) {
	g := s.group(m.group)
	heap.Remove(&g.ready, m.index)
	s.settle(g)
}

func (s *fifoSet) lock(m *message) {
	g := s.group(m.group)
	g.taken++
	s.settle(g)
}

func (s *fifoSet) unlock(m *message) {
	g := s.group(m.group)
	g.taken--
	s.settle(g)
}

// take empties one group before it goes on to the next: AWS "attempts to return as many
// messages with the same message group ID as possible".
func (s *fifoSet) take(limit int, want func(*message) bool) {
	for limit > 0 && s.open.Len() > 0 {
		g := heap.Pop(&s.open).(*group)
		for limit > 0 && g.ready.Len() > 0 {
			// Kept from settle, which would reopen the group while take is still at it.
			g.taken++
			if want(heap.Pop(&g.ready).(*message)) {
				limit--
			}
			g.taken--
		}
		s.settle(g)
	}
}

// settle puts a group where it belongs now.
func (s *fifoSet) settle(g *group) {
	can := g.taken == 0 && g.ready.Len() > 0
	switch {
	case can && g.index < 0:
		heap.Push(&s.open, g)
	case can:
		heap.Fix(&s.open, g.index)
	case g.index >= 0:
		heap.Remove(&s.open, g.index)
	}
	if g.taken == 0 && g.ready.Len() == 0 {
		delete(s.groups, g.id)
	}
}

type groupHeap []*group

func (h groupHeap) Len() int           { return len(h) }
func (h groupHeap) Less(i, j int) bool { return byOrder(h[i].ready.items[0], h[j].ready.items[0]) }

func (h groupHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = i, j
}

func (h *groupHeap) Push(x any) {
	g := x.(*group)
	g.index = len(*h)
	*h = append(*h, g)
}

func (h *groupHeap) Pop() any {
	last := len(*h) - 1
	g := (*h)[last]
	(*h)[last] = nil
	*h = (*h)[:last]
	g.index = -1
	return g
}

// fifoState is a FIFO queue's state besides its messages.
type fifoState struct {
	seen     dedup.Window[accepted]
	attempts map[string]attempt
	sequence uint64
}

// accepted is the answer to the sender of a duplicate: the original's, even after that was received and
// deleted.
type accepted struct {
	id, sequence string
}

func newFIFOState() *fifoState { return &fifoState{attempts: map[string]attempt{}} }

// nextSequence returns 20 digits that increase each time, as AWS's do.
func (f *fifoState) nextSequence() string {
	f.sequence++
	return fmt.Sprintf("188%017d", f.sequence)
}
