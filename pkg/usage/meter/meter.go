package meter

import (
	"maps"
	"sync"

	"github.com/crashlab/crashlab/pkg/usage"
)

// Meter adds up requests. Make one with [New]. Its methods are safe for concurrent use.
type Meter struct {
	*sums
	by string // the instance that it observes; empty for all of them
}

// sums are what the meters of all instances have in common.
type sums struct {
	mu       sync.Mutex
	counts   usage.Counts
	handled  usage.Handled
	messages map[uint64]origin // in queues, by the hash of their ID

	stopwatch stopwatch
}

// New returns a meter that stands at 0.
func New() *Meter {
	return &Meter{sums: &sums{counts: usage.Counts{}, handled: usage.Handled{}, messages: map[uint64]origin{}}}
}

// Of returns a meter for that instance. It adds to the same sums.
func (m *Meter) Of(instance string) *Meter { return &Meter{m.sums, instance} }

// Handled returns how many requests each instance has handled so far.
func (m *Meter) Handled() usage.Handled {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.handled)
}

// handle counts a request that the instance answered or made. An idle poll is none.
func (m *Meter) handle() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.handled[m.by]++
}

// Counts returns the amounts so far.
func (m *Meter) Counts() usage.Counts {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.counts)
}

func (m *Meter) add(k usage.Key, t usage.Tally) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.counts[k] = m.counts[k].Plus(t)
}
