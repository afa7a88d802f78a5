package meter

import "encoding/binary"

// frames cuts one direction of a Kafka connection into frames, each four bytes of length and that many bytes,
// and keeps only wanted ones. The zero value needs wanted and whole.
type frames struct {
	wanted func(head []byte) bool // asked with a frame's first bytes, headLen of them
	whole  func(frame []byte)     // called with a wanted frame, whose bytes are reused

	frame []byte // length and bytes so far, as far as they are kept
	skip  int    // bytes of the frame still to come and not wanted
	left  int    // bytes of the frame still to come and wanted
}

const (
	lengthLen = 4
	headLen   = 8 // kind, version and correlation ID of a request; an answer's correlation ID and more
	// maxFrame is more than Kafka sends. A larger frame is not Kafka, and is not kept.
	maxFrame = 128 << 20
)

func (f *frames) feed(p []byte) {
	for len(p) > 0 {
		switch {
		case f.skip > 0:
			n := min(f.skip, len(p))
			f.skip -= n
			p = p[n:]
		case f.left > 0:
			n := min(f.left, len(p))
			f.frame = append(f.frame, p[:n]...)
			f.left -= n
			p = p[n:]
			if f.left == 0 {
				f.end()
			}
		default:
			p = f.begin(p)
		}
	}
}

// begin collects length and head of a frame, then decides about it. It returns the rest of p.
func (f *frames) begin(p []byte) []byte {
	n := min(lengthLen+headLen-len(f.frame), len(p))
	if len(f.frame) < lengthLen {
		n = min(lengthLen-len(f.frame), len(p))
	}
	f.frame = append(f.frame, p[:n]...)
	p = p[n:]
	if len(f.frame) < lengthLen {
		return p
	}
	size := int(binary.BigEndian.Uint32(f.frame))
	switch {
	case size < headLen: // such as the answer to a request without a body
		f.skip = size - (len(f.frame) - lengthLen)
		f.frame = f.frame[:0]
	case len(f.frame) < lengthLen+headLen:
	case size > maxFrame || !f.wanted(f.frame[lengthLen:]):
		f.skip = size - headLen
		f.frame = f.frame[:0]
	default:
		if f.left = size - headLen; f.left == 0 {
			f.end()
		}
	}
	return p
}

func (f *frames) end() {
	f.whole(f.frame[lengthLen:])
	if cap(f.frame) > 1<<20 { // a huge frame would keep its memory forever
		f.frame = nil
	}
	f.frame = f.frame[:0]
}
