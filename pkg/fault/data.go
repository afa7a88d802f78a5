package fault

import (
	"slices"
	"sync"
)

// Taint is what a data fault makes of an operation; empty for a sound one. It is the name of the
// fault.
type Taint string

// The taints.
const (
	Sound     Taint = ""
	Poisoned  Taint = "poison"    // can't be parsed by whoever handles it
	Duplicate Taint = "duplicate" // sent twice
	Reordered Taint = "reorder"   // sent after the one that follows it
	Oversized Taint = "oversize"  // larger than what the system takes
	Corrupt   Taint = "corrupt"   // a bit of it is flipped: it may parse, and is wrong
)

// Data is the switchboard of the data faults: who makes an operation asks it what to make of it.
// Its answer depends on the seed, the faults now on and how many operations after a fault's first
// this one is numbered, and on nothing else. Who sends the operation says so with Sent: a fault has
// acted where that has happened, not where it was decided. The zero value has seed 0 and no faults.
type Data struct {
	seed uint64

	mu     sync.Mutex
	added  int
	rules  []*dataRule
	picked map[int]*dataRule // operations that have a taint and are not sent yet, by number
}

// NewData returns a switchboard without faults.
func NewData(seed uint64) *Data { return &Data{seed: seed} }

// dataRule is a data fault at work.
type dataRule struct {
	taint Taint
	oneIn int
	size  int // of an oversized payload, in bytes
	seed  uint64

	first     int // the operation that was decided first while it was on
	seen, hit int // operations decided while it was on, and those that were sent with its taint
}

// Decide says what to make of the operation with that number. Where several faults would have
// it, it is the first one's. An operation is decided once.
func (d *Data) Decide(seq int) Taint {
	d.mu.Lock()
	defer d.mu.Unlock()
	taint := Sound
	for _, r := range d.rules {
		if r.seen == 0 {
			r.first = seq
		}
		r.seen++
		if taint == Sound && r.picks(seq) {
			taint = r.taint
			if d.picked == nil {
				d.picked = map[int]*dataRule{}
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
func (r *dataRule) picks(seq int) bool {
	n := seq - r.first
	if n < 0 { // decided late: it was made before the fault came
		return false
	}
	return uint64(n%r.oneIn) == mix(r.seed, uint64(n/r.oneIn))%uint64(r.oneIn)
}

func (d *Data) add(r *dataRule) {
	d.mu.Lock()
	defer d.mu.Unlock()
	r.seed = mix(d.seed, uint64(d.added))
	d.added++
	d.rules = append(d.rules, r)
}

func (d *Data) remove(r *dataRule) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.rules = slices.DeleteFunc(d.rules, func(other *dataRule) bool { return r == other })
}

func (d *Data) counts(r *dataRule) (seen, hit int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return r.seen, r.hit
}
