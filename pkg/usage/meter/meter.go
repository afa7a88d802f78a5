package meter

import (
	"maps"
	"sync"

	"github.com/crashlab/crashlab/pkg/usage"
)

// Meter adds up requests. Make one with [New]. Its methods are safe for concurrent use.
type Meter struct {
	mu       sync.Mutex
	counts   usage.Counts
	messages map[uint64]origin // in queues, by the hash of their ID

	stopwatch stopwatch
}

// New returns a meter that stands at 0.
func New() *Meter {
	return &Meter{counts: usage.Counts{}, messages: map[uint64]origin{}}
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
