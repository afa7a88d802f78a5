package kinesis

import (
	"fmt"
	"strconv"
)

// sequenceLength is the length that AWS's sequence numbers have had for years.
const sequenceLength = 56

// sequencer assigns a stream's sequence numbers: 49, the millisecond, a count, the shard. They have a fixed
// width, so they compare as strings. The count never goes back, so they increase strictly within a shard and
// from a parent to its children, even if the clock stands still.
type sequencer struct {
	lastMilli int64
	count     uint64
}

// next returns the following number, for the shard with that index.
func (q *sequencer) next(milli int64, shard int) string {
	q.lastMilli = max(q.lastMilli, milli) // a real clock may be set back
	q.count++
	return fmt.Sprintf("49%013d%029d%012d", q.lastMilli, q.count, shard)
}

// sequenceShard returns the shard of a sequence number; false if it is not one of ours.
func sequenceShard(seq string) (int, bool) {
	if len(seq) != sequenceLength || seq[:2] != "49" {
		return 0, false
	}
	for _, c := range []byte(seq) {
		if c < '0' || c > '9' {
			return 0, false
		}
	}
	shard, err := strconv.Atoi(seq[sequenceLength-12:])
	return shard, err == nil
}
