package fault

import (
	"bytes"

	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
)

// Spoil returns the payload of an operation with its taint. A poisoned payload loses its second half, so that
// it is no valid JSON. An oversized one is padded with spaces, which JSON allows. A corrupt one has one bit
// flipped, at a place drawn from the operation's number. Duplicates and reordering leave it as it is. The
// given payload is not changed.
func (d *Data) Spoil(seq int, taint Taint, payload []byte) []byte {
	switch taint {
	case Poisoned:
		return bytes.Clone(payload[:len(payload)/2])
	case Oversized:
		missing := max(0, d.size(seq)-len(payload))
		return append(bytes.Clone(payload), bytes.Repeat([]byte(" "), missing)...)
	case Corrupt:
		spoiled := bytes.Clone(payload)
		if len(spoiled) > 0 {
			at := chance.Mix(d.seed, uint64(seq)) % uint64(8*len(spoiled))
			spoiled[at/8] ^= 1 << (at % 8)
		}
		return spoiled
	}
	return payload
}

// Oversize is the default size of an oversized payload in bytes: more than SQS, SNS, Kinesis and a Kafka
// broker accept by default.
const Oversize = 2 << 20

// size returns the size of that operation's oversized payload.
func (d *Data) size(seq int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r, there := d.picked[seq]; there {
		return r.size
	}
	return Oversize
}
