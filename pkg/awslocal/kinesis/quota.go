package kinesis

import "time"

// What one shard carries per second.
const (
	writeBytes   = 1 << 20
	writeRecords = 1000
	readBytes    = 2 << 20
	readCalls    = 5
)

// bucket is a token bucket that holds one second's worth. A read's size is only known after it was allowed,
// so the level may fall below zero: one GetRecords of 10 MB silences its shard for the next seconds.
type bucket struct {
	used float64 // taken and not yet refilled
	at   time.Time
}

func (b *bucket) refill(now time.Time, perSecond float64) {
	if dt := now.Sub(b.at).Seconds(); dt > 0 {
		b.used = max(0, b.used-dt*perSecond)
		b.at = now
	}
}

// quota is a shard's four buckets.
type quota struct{ inBytes, inRecords, outBytes, outCalls bucket }

// write takes a record's share, or nothing and returns false.
func (q *quota) write(now time.Time, size int) bool {
	q.inBytes.refill(now, writeBytes)
	q.inRecords.refill(now, writeRecords)
	if q.inBytes.used+float64(size) > writeBytes || q.inRecords.used+1 > writeRecords {
		return false
	}
	q.inBytes.used += float64(size)
	q.inRecords.used++
	return true
}

// read takes one call, or nothing and returns false. The caller reports the size of the answer with returned.
func (q *quota) read(now time.Time) bool {
	q.outBytes.refill(now, readBytes)
	q.outCalls.refill(now, readCalls)
	if q.outBytes.used >= readBytes || q.outCalls.used+1 > readCalls {
		return false
	}
	q.outCalls.used++
	return true
}

func (q *quota) returned(size int) { q.outBytes.used += float64(size) }
