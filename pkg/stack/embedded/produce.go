package embedded

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/twmb/franz-go/pkg/kbin"
	"github.com/twmb/franz-go/pkg/kmsg"
)

const (
	// maxProduce is the newest version of Produce that is offered. From the next one on, topics have ids, and two
	// unknown ids panic in kfake.
	maxProduce = 12
	// The first versions of Produce with a transactional id, and with compact lengths and tagged fields.
	transactionalProduce = 3
	flexibleProduce      = 9
)

// previewProduce reads a Produce up to its records before kmsg does, and returns why its connection is closed.
// It is the one kind of request that may be large: kmsg would make room for as many topics and partitions as
// there are bytes, and count as many tagged fields as the request announces.
func previewProduce(version int16, body []byte) (refuse string) {
	if version > maxProduce {
		return fmt.Sprintf("version %d, and the newest one offered is %d", version, maxProduce)
	}
	p := &preview{Reader: kbin.Reader{Src: body}, flexible: version >= flexibleProduce}
	if version >= transactionalProduce {
		p.skip(p.stringLen())
	}
	const acksAndTimeout = 2 + 4
	p.skip(acksAndTimeout)
	for range p.list() {
		p.skip(p.stringLen())
		for range p.list() {
			p.Int32()
			p.skip(p.bytesLen())
			p.tags()
		}
		p.tags()
	}
	p.tags()
	switch {
	case p.entries > maxPartitions:
		return fmt.Sprintf("it has more than %d topics and partitions", maxPartitions)
	case !p.Ok():
		return "it ends early"
	}
	return ""
}

// preview reads lengths, and passes over what they are of.
type preview struct {
	kbin.Reader
	flexible bool
	entries  int // of all lists
}

func (p *preview) skip(n int) { p.Span(max(n, 0)) }

func (p *preview) stringLen() int {
	if p.flexible {
		return int(p.Uvarint()) - 1
	}
	return int(p.Int16())
}

func (p *preview) bytesLen() int {
	if p.flexible {
		return int(p.Uvarint()) - 1
	}
	return int(p.Int32())
}

// list returns the length of a list, 0 once there are too many entries.
func (p *preview) list() int {
	var n int32
	if p.flexible {
		n = p.CompactArrayLen()
	} else {
		n = p.ArrayLen()
	}
	p.entries += max(int(n), 0)
	if p.entries > maxPartitions {
		return 0
	}
	return int(n)
}

func (p *preview) tags() {
	if p.flexible {
		skipTags(&p.Reader)
	}
}

func inspectProduce(req *kmsg.ProduceRequest) verdict {
	for _, t := range req.Topics {
		for _, p := range t.Partitions {
			if !countsItsRecords(p.Records) {
				makeInvalid(p.Records)
			}
		}
	}
	return verdict{}
}

// Where things are in a record batch.
const (
	batchChecksum   = 17 // of what follows it
	batchAttributes = 21
	batchCount      = 57
	batchHeader     = 61

	compression  = 7    // attributes
	controlBatch = 0x20 // attribute

	minRecord     = 7       // bytes
	maxCompressed = 1 << 20 // records; more than a compressed batch of max.message.bytes ever has
)

// countsItsRecords reports whether a batch can have as many records as its header says. kfake takes the
// header's word, and a count below 0 sets its high watermark back.
func countsItsRecords(batch []byte) bool {
	if len(batch) < batchHeader {
		return true // kfake finds that by itself
	}
	count := int32(binary.BigEndian.Uint32(batch[batchCount:]))
	most := (len(batch) - batchHeader) / minRecord
	if binary.BigEndian.Uint16(batch[batchAttributes:])&compression != 0 {
		most = maxCompressed
	}
	return count > 0 && int(count) <= most
}

// makeInvalid makes kfake answer INVALID_RECORD, as a real broker does for a wrong count.
func makeInvalid(batch []byte) {
	batch[batchAttributes+1] |= controlBatch
	sum := crc32.Checksum(batch[batchAttributes:], crc32.MakeTable(crc32.Castagnoli))
	binary.BigEndian.PutUint32(batch[batchChecksum:], sum)
}
