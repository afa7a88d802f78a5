package history

import (
	"hash/maphash"
	"strings"
)

// pool makes strings of bytes and returns the same string again for recent content. The strings of a history
// repeat: a dozen names and keys everywhere, an operation's ID within the few seconds it lives. So a small
// table that forgets finds nearly all of them, and does not grow with the history, as a map of all IDs would.
type pool struct {
	seed  maphash.Seed
	slots [1 << 14]string
	chunk strings.Builder // new strings are cut from one buffer: one allocation for some thousand of them
}

const chunkSize = 1 << 16

func newPool() *pool { return &pool{seed: maphash.MakeSeed()} }

func (p *pool) intern(b []byte) string {
	slot := &p.slots[maphash.Bytes(p.seed, b)%uint64(len(p.slots))]
	if *slot != string(b) {
		*slot = p.keep(b)
	}
	return *slot
}

func (p *pool) keep(b []byte) string {
	if len(b) > chunkSize/16 {
		return string(b)
	}
	if p.chunk.Cap()-p.chunk.Len() < len(b) {
		p.chunk = strings.Builder{}
		p.chunk.Grow(chunkSize)
	}
	start := p.chunk.Len()
	p.chunk.Write(b)
	return p.chunk.String()[start:]
}
