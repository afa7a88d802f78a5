package fault

import (
	"bytes"

	"github.com/crashlab/crashlab/pkg/fault/internal/chance"
)

// Spoil returns the payload of an operation with its taint, for whoever makes payloads: a
// poisoned one loses its second half, so that JSON does not parse; an oversized one is padded
// with spaces, which JSON allows; a corrupt one has one bit flipped, at a place drawn from the
// operation's number. Duplicates and reordering leave it as it is. The payload given is not
// changed.
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

// Oversize is how many bytes an oversized payload has where nothing else is asked: more than SQS, SNS,
// Kinesis and a Kafka broker's default take.
const Oversize = 2 << 20

// size returns how long the oversized payload of that operation is.
func (d *Data) size(seq int) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	if r, there := d.picked[seq]; there {
		return r.size
	}
	return Oversize
}
