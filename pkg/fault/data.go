package fault

import (
	"slices"
	"sync"

	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
)

// Taint is the name of the data fault that spoils an operation; empty for a sound operation.
type Taint string

// The taints of spoiled operations.
const (
	Poisoned  Taint = "poison"    // can't be parsed by its consumer
	Duplicate Taint = "duplicate" // sent twice
	Reordered Taint = "reorder"   // sent after the operation that follows it
	Oversized Taint = "oversize"  // larger than the system accepts
	Corrupt   Taint = "corrupt"   // one bit is flipped: it may still parse, with a wrong value
)

// Taints returns all taints.
func Taints() []Taint { return []Taint{Poisoned, Duplicate, Reordered, Oversized, Corrupt} }

// Data is the switchboard of the data faults. The maker of an operation asks it for the operation's taint.
// The answer depends only on the seed, the active faults and the operation's number, counted from a fault's
// first operation. The sender reports with Sent: a fault acts when a tainted operation is sent, not when it
// is picked. The zero value has seed 0 and no faults.
type Data struct {
	seed uint64

	mu     sync.Mutex
	added  int
	rules  []*Tainting
	picked map[int]*Tainting // operations with a taint that are not sent yet, by number
}

// NewData returns a switchboard without faults.
func NewData(seed uint64) *Data { return &Data{seed: seed} }

// Tainting is an active taint on some of the operations.
type Tainting struct {
	data  *Data
	taint Taint
	oneIn int
	size  int // of an oversized payload, in bytes
	seed  uint64

	first     int // the first operation decided while it was active
	seen, hit int // operations decided while it was active, and those sent with the taint
}

// Decide returns the taint of the operation with that number. If several faults pick it, the first fault
// wins. Call it once per operation.
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

// Sent reports that the operation of that number was sent with its taint. It does nothing for a sound one.
func (d *Data) Sent(seq int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r, there := d.picked[seq]; there {
		r.hit++
		delete(d.picked, seq)
	}
}

// picks reports whether seq is the picked one of its block. Counted from the first operation, operations form
// blocks of oneIn. Each block has exactly one picked operation, at a random place. So of n operations n/oneIn
// are picked, rounded up or down.
func (r *Tainting) picks(seq int) bool {
	n := seq - r.first
	if n < 0 { // decided late: it was made before the fault began
		return false
	}
	return uint64(n%r.oneIn) == chance.Mix(r.seed, uint64(n/r.oneIn))%uint64(r.oneIn)
}

// Taint spoils one operation in oneIn, which is at least 1. size is the size of an oversized one in bytes.
func (d *Data) Taint(t Taint, oneIn, size int) *Tainting {
	d.mu.Lock()
	defer d.mu.Unlock()
	r := &Tainting{data: d, taint: t, oneIn: oneIn, size: size, seed: chance.Mix(d.seed, uint64(d.added))}
	d.added++
	d.rules = append(d.rules, r)
	return r
}

// Stop ends the taint for operations that are decided later. It is idempotent.
func (r *Tainting) Stop() {
	r.data.mu.Lock()
	defer r.data.mu.Unlock()
	r.data.rules = slices.DeleteFunc(r.data.rules, func(other *Tainting) bool { return r == other })
}

// Counts returns how many operations were decided while the taint was active, and how many of them were sent
// with it.
func (r *Tainting) Counts() (seen, hit int) {
	r.data.mu.Lock()
	defer r.data.mu.Unlock()
	return r.seen, r.hit
}
