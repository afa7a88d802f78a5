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
// The answer depends only on the seed, the active faults and the operation's number in the workload: so one
// seed spoils the same operations of every design. The sender reports with Sent: a fault acts when a tainted
// operation is sent, not when it
// is picked. The zero value has seed 0 and no faults.
type Data struct {
	seed uint64

	mu     sync.Mutex
	added  map[Taint]int // how many rules each taint has had
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

	seen, hit int // operations decided while it was active, and those sent with the taint
}

// Decide returns the taint of the operation with that number. If several faults pick it, it gets the first of their
// taints in the order of [Taints], whichever fault began first. Call it once per operation.
func (d *Data) Decide(seq int) Taint {
	d.mu.Lock()
	defer d.mu.Unlock()
	var taint Taint
	for _, r := range d.rules {
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

// picks reports whether seq is the picked one of its block. Counted from operation 0 of the workload, operations
// form blocks of oneIn. Each block has exactly one picked operation, at a random place. So of n operations in a
// row n/oneIn are picked, give or take one, and of whole blocks one each.
func (r *Tainting) picks(seq int) bool {
	block, place := seq/r.oneIn, seq%r.oneIn
	return uint64(place) == chance.Mix(r.seed, uint64(block))%uint64(r.oneIn)
}

// Taint spoils one operation in oneIn, which is at least 1. size is the size of an oversized one in bytes.
func (d *Data) Taint(t Taint, oneIn, size int) *Tainting {
	d.mu.Lock()
	defer d.mu.Unlock()
	// Faults that begin at once do so in any order, so their order decides neither what is drawn nor what wins.
	rank := func(t Taint) int { return slices.Index(Taints(), t) }
	of := chance.Mix(d.seed, uint64(rank(t)))
	r := &Tainting{data: d, taint: t, oneIn: oneIn, size: size, seed: chance.Mix(of, uint64(d.added[t]))}
	if d.added == nil {
		d.added = map[Taint]int{}
	}
	d.added[t]++
	d.rules = append(d.rules, r)
	slices.SortStableFunc(d.rules, func(a, b *Tainting) int { return rank(a.taint) - rank(b.taint) })
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

// Active reports whether the taint is still asked about each operation.
func (r *Tainting) Active() bool {
	r.data.mu.Lock()
	defer r.data.mu.Unlock()
	return slices.Contains(r.data.rules, r)
}
