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
	Oversized Taint = "oversized" // larger than what the system takes
	Corrupt   Taint = "corrupt"   // a byte of it is flipped: it may parse, and is wrong
)

// Data is the switchboard of the data faults: who makes an operation asks it what to make of it.
// Its answer depends on the seed, the faults now on and the operation's number, and on nothing
// else, so that it does not matter in which order operations are decided. The zero value has seed
// 0 and no faults.
type Data struct {
	seed uint64

	mu    sync.Mutex
	added int
	rules []*dataRule
}

// NewData returns a switchboard without faults.
func NewData(seed uint64) *Data { return &Data{seed: seed} }

// dataRule is a data fault at work.
type dataRule struct {
	taint Taint
	oneIn int
	size  int // of an oversized payload, in bytes
	seed  uint64

	seen, hit int // decided, and tainted, while it was on
}

// Decide says what to make of the operation with that number. Where several faults would have
// it, it is the first one's. An operation is decided once.
func (d *Data) Decide(seq int) Taint {
	d.mu.Lock()
	defer d.mu.Unlock()
	taint := Sound
	for _, r := range d.rules {
		r.seen++
		if taint == Sound && r.picks(seq) {
			r.hit++
			taint = r.taint
		}
	}
	return taint
}

// picks tells whether seq is the one of its block: operations are numbered in blocks of oneIn,
// and each block has exactly one, at a place drawn for the block.
func (r *dataRule) picks(seq int) bool {
	if seq < 0 {
		return false
	}
	block := seq / r.oneIn
	return uint64(seq%r.oneIn) == mix(r.seed, uint64(block))%uint64(r.oneIn)
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
