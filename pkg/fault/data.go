package fault

import (
	"slices"
	"sync"

	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
)

// Taint is what a data fault makes of an operation; empty for a sound one. It is the name of the
// fault.
type Taint string

// The taints of operations that are not sound.
const (
	Poisoned  Taint = "poison"    // can't be parsed by whoever handles it
	Duplicate Taint = "duplicate" // sent twice
	Reordered Taint = "reorder"   // sent after the one that follows it
	Oversized Taint = "oversize"  // larger than what the system takes
	Corrupt   Taint = "corrupt"   // a bit of it is flipped: it may parse, and is wrong
)

// Taints returns all of them.
func Taints() []Taint { return []Taint{Poisoned, Duplicate, Reordered, Oversized, Corrupt} }

// Data is the switchboard of the data faults: who makes an operation asks it what to make of it.
// Its answer depends on the seed, the faults now on and how many operations after a fault's first
// this one is numbered, and on nothing else. Who sends the operation says so with Sent: a fault has
// acted where that has happened, not where it was decided. The zero value has seed 0 and no faults.
type Data struct {
	seed uint64

	mu     sync.Mutex
	added  int
	rules  []*Tainting
	picked map[int]*Tainting // operations that have a taint and are not sent yet, by number
}

// NewData returns a switchboard without faults.
func NewData(seed uint64) *Data { return &Data{seed: seed} }

// Tainting is a taint at work on some of the operations.
type Tainting struct {
	data  *Data
	taint Taint
	oneIn int
	size  int // of an oversized payload, in bytes
	seed  uint64

	first     int // the operation that was decided first while it was on
	seen, hit int // operations decided while it was on, and those that were sent with the taint
}

// Decide says what to make of the operation with that number. Where several faults would have
// it, it is the first one's. An operation is decided once.
func (d *Data) Decide(seq int) Taint {
	d.mu.Lock()
	defer d.mu.Unlock()
	var taint Taint
	for _, r := range d.rules {
		if r.seen == 0 {
			r.first = seq
		}
		r.seen++
		if taint == "" && r.picks(seq) {
			taint = r.taint
			if d.picked == nil {
				d.picked = map[int]*Tainting{}
			}
			d.picked[seq] = r
		}
	}
	return taint
}

// Sent says that the operation of that number was sent as its taint wants it. It does nothing for a
// sound one.
func (d *Data) Sent(seq int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r, there := d.picked[seq]; there {
		r.hit++
		delete(d.picked, seq)
	}
}

// picks tells whether seq is the one of its block: from the first on, operations are in blocks of
// oneIn, and each block has exactly one, at a place drawn for the block. So of n operations made
// while the fault is on, n/oneIn are picked, rounded up or down.
func (r *Tainting) picks(seq int) bool {
	n := seq - r.first
	if n < 0 { // decided late: it was made before the fault came
		return false
	}
	return uint64(n%r.oneIn) == chance.Mix(r.seed, uint64(n/r.oneIn))%uint64(r.oneIn)
}

// Taint has one operation in oneIn, at least 1, sent with a taint; size is how many bytes an oversized
// one has.
func (d *Data) Taint(t Taint, oneIn, size int) *Tainting {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := &Tainting{data: d, taint: t, oneIn: oneIn, size: size, seed: chance.Mix(d.seed, uint64(d.added))}
	d.added++
	d.rules = append(d.rules, r)
	return r
}

// Stop takes the taint off the operations that are decided from now on. It is idempotent.
func (r *Tainting) Stop() {
	r.data.mu.Lock()
	defer r.data.mu.Unlock()
	r.data.rules = slices.DeleteFunc(r.data.rules, func(other *Tainting) bool { return r == other })
}

// Counts returns how many operations were decided while it was on, and how many of them were sent with
// the taint.
func (r *Tainting) Counts() (seen, hit int) {
	r.data.mu.Lock()
	defer r.data.mu.Unlock()
	return r.seen, r.hit
}
