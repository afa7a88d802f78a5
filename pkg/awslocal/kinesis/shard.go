package kinesis

import (
	"fmt"
	"sort"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/wire"
)

// record is one record as GetRecords returns it.
type record struct {
	SequenceNumber              string
	ApproximateArrivalTimestamp wire.Time
	Data                        []byte
	PartitionKey                string
	EncryptionType              string `json:",omitempty"`
}

func (r *record) size() int { return len(r.Data) + len(r.PartitionKey) }

// shard is an append-only list of records over a range of hash keys. Positions are absolute: trimming old
// records changes first, never the position of the others.
type shard struct {
	id       string
	index    int
	keys     hashRange
	parent   string // empty for a shard that the stream was created with
	adjacent string // the second parent of a merged shard

	startSeq string
	endSeq   string // empty while the shard is open
	opened   time.Time
	closed   time.Time

	records []*record
	first   int // position of records[0]
	quota   quota
}

func (h *shard) open() bool { return h.endSeq == "" }

// end is the position after the newest record.
func (h *shard) end() int { return h.first + len(h.records) }

// trim drops records that arrived before the horizon.
func (h *shard) trim(horizon time.Time) {
	if n := h.before(horizon); n > 0 {
		clear(h.records[:n]) // so that the backing array releases them
		h.records = h.records[n:]
		h.first += n
	}
}

// behind is how far the record at a position is behind now, in milliseconds.
func (h *shard) behind(position int, now time.Time) int64 {
	return now.Sub(h.records[position-h.first].ApproximateArrivalTimestamp.Time).Milliseconds()
}

// sequenceBefore is a sequence number after which the record at that position is the next.
func (h *shard) sequenceBefore(position int) string {
	if position > h.first {
		return h.records[position-1-h.first].SequenceNumber
	}
	return h.startSeq
}

// before counts the records that arrived before t.
func (h *shard) before(t time.Time) int {
	return sort.Search(len(h.records), func(i int) bool { return !h.records[i].ApproximateArrivalTimestamp.Before(t) })
}

// at returns the position of the first record whose sequence number is at least seq.
func (h *shard) at(seq string) int {
	return h.first + sort.Search(len(h.records), func(i int) bool { return h.records[i].SequenceNumber >= seq })
}

// since returns the position of the first record that arrived at t or later.
func (h *shard) since(t time.Time) int {
	return h.first + h.before(t)
}

// description is a shard in DescribeStream and ListShards.
type description struct {
	ShardId               string
	ParentShardId         string `json:",omitempty"`
	AdjacentParentShardId string `json:",omitempty"`
	HashKeyRange          keyRangeShape
	SequenceNumberRange   sequenceRangeShape
}

type keyRangeShape struct{ StartingHashKey, EndingHashKey string }

type sequenceRangeShape struct {
	StartingSequenceNumber string
	EndingSequenceNumber   string `json:",omitempty"`
}

func (r hashRange) shape() keyRangeShape {
	return keyRangeShape{r.start.String(), r.end.String()}
}

func (h *shard) describe() description {
	return description{
		ShardId:               h.id,
		ParentShardId:         h.parent,
		AdjacentParentShardId: h.adjacent,
		HashKeyRange:          h.keys.shape(),
		SequenceNumberRange:   sequenceRangeShape{h.startSeq, h.endSeq},
	}
}

func shardID(index int) string { return fmt.Sprintf("shardId-%012d", index) }
