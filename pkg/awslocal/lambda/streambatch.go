package lambda

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"slices"
	"sync"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/internal/id"
)

// handle gives records to the function, those of one lane in their order, and returns when all are done. c follows what
// is done. It reports false if the mapping ended first.
func (p *streamPoll) handle(ctx context.Context, shard string, records []streamRecord, c *checkpoint) bool {
	n := *p.mapping.ParallelizationFactor
	if n == 1 {
		return p.lane(ctx, shard, records, func(r streamRecord) { c.after = r.sequence })
	}
	lanes, done := make([][]streamRecord, n), make([]bool, n)
	for _, r := range records {
		h := fnv.New32a()
		_, _ = h.Write([]byte(r.lane)) // it never fails
		i := int(h.Sum32() % uint32(n))
		lanes[i] = append(lanes[i], r)
	}
	var wg sync.WaitGroup
	for i, lane := range lanes {
		wg.Go(func() {
			p.service.cfg.Guard.Run("lane", func() {
				done[i] = p.lane(ctx, shard, lane, func(streamRecord) {})
			})
		})
	}
	wg.Wait()
	return !slices.Contains(done, false)
}

// lane handles records in batches.
func (p *streamPoll) lane(ctx context.Context, shard string, records []streamRecord, done func(streamRecord)) bool {
	for len(records) > 0 {
		n, bytes := 0, len(`{"Records":[]}`)
		for n < min(len(records), *p.mapping.BatchSize) {
			if bytes += len(records[n].event) + 1; bytes > maxPayload && n > 0 {
				break
			}
			n++
		}
		b := &streamBatch{streamPoll: p, shard: shard, records: records[:n], done: done}
		if !b.run(ctx) {
			return false
		}
		records = records[n:]
	}
	return true
}

// streamBatch is a batch on its way to the function, or the part of one that is left.
type streamBatch struct {
	*streamPoll
	shard    string
	records  []streamRecord
	done     func(streamRecord) // is called with the last of those that are done
	attempts int
	failures int // that count against the retries
	last     *result
}

// run gives the batch to the function until all of it is done or discarded. It reports false if the mapping ended
// first.
func (b *streamBatch) run(ctx context.Context) bool {
	for delay := firstThrottle; ; delay = min(2*delay, maxThrottleDelay) {
		if b.expire(); len(b.records) == 0 {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		out, refused := b.service.batch(b.mapping, batchEvent(b.records))
		switch {
		case refused != nil:
			b.problem(ctx, refused)
		case b.service.ctx.Err() != nil:
			return false
		default:
			b.attempts++
			b.last = &out
			first := b.failed(out)
			b.finish(first)
			if len(b.records) == 0 {
				b.service.processed(b.shown, "OK")
				return true
			}
			b.service.processed(b.shown, "PROBLEM: Function call failed")
			bisects := *b.mapping.BisectBatchOnFunctionError
			switch {
			case bisects && first > 0: // the function has split the batch itself
			case bisects && len(b.records) > 1:
				return b.pause(ctx, delay) && b.bisect(ctx)
			default:
				if b.failures++; b.exhausted() {
					b.discard(len(b.records), "RetryAttemptsExhausted")
					return true
				}
			}
		}
		if !b.pause(ctx, delay) {
			return false
		}
	}
}

// pause waits before the next attempt, at most until a record is too old.
func (b *streamBatch) pause(ctx context.Context, delay time.Duration) bool {
	left := b.records[0].arrived.Add(b.age).Sub(b.service.clock.Now())
	return b.service.sleep(ctx, min(delay, max(left, 0)))
}

func (b *streamBatch) exhausted() bool {
	most := *b.mapping.MaximumRetryAttempts
	return most >= 0 && b.failures > most
}

// failed is the index of the first record that the function has not done.
func (b *streamBatch) failed(out result) int {
	if out.failed != nil {
		return 0
	}
	if !b.mapping.reports() {
		return len(b.records)
	}
	items, ok := failedItems(out.payload)
	first := len(b.records)
	for _, item := range items {
		i := slices.IndexFunc(b.records, func(r streamRecord) bool { return r.sequence == item })
		ok = ok && i >= 0
		first = min(first, i)
	}
	if !ok {
		return 0
	}
	return first
}

// finish takes the first n records off.
func (b *streamBatch) finish(n int) {
	if n > 0 {
		b.done(b.records[n-1])
		b.records = b.records[n:]
	}
}

// bisect handles both halves, one after the other.
func (b *streamBatch) bisect(ctx context.Context) bool {
	half, rest := *b, *b
	middle := (len(b.records) + 1) / 2
	half.records, rest.records = b.records[:middle], b.records[middle:]
	return half.run(ctx) && rest.run(ctx)
}

// expire discards records that are too old.
func (b *streamBatch) expire() {
	now, n := b.service.clock.Now(), 0
	for n < len(b.records) && now.Sub(b.records[n].arrived) >= b.age {
		n++
	}
	b.discard(n, "RecordAgeExceeded")
}

// batchInfo says which records were discarded.
type batchInfo struct {
	ShardID   string `json:"shardId"`
	Start     string `json:"startSequenceNumber"`
	End       string `json:"endSequenceNumber"`
	First     string `json:"approximateArrivalOfFirstRecord"`
	Last      string `json:"approximateArrivalOfLastRecord"`
	BatchSize int    `json:"batchSize"`
	StreamARN string `json:"streamArn"`
}

// discard gives the first n records up, and tells the destination for failures which they are.
func (b *streamBatch) discard(n int, condition string) {
	if n == 0 {
		return
	}
	first, last := b.records[0], b.records[n-1]
	b.finish(n)
	destination := b.mapping.DestinationConfig.failure()
	if destination == "" {
		return
	}
	s, at := b.service, stamp
	if !b.stream.kinesis {
		at = func(t time.Time) string { return t.UTC().Format(time.RFC3339) }
	}
	info := &batchInfo{
		b.shard, first.sequence, last.sequence, at(first.arrived), at(last.arrived), n, b.stream.arn,
	}
	r := struct {
		RequestContext  requestContext   `json:"requestContext"`
		ResponseContext *responseContext `json:"responseContext,omitempty"`
		Version         string           `json:"version"`
		Timestamp       string           `json:"timestamp"`
		Kinesis         *batchInfo       `json:"KinesisBatchInfo,omitempty"`
		DynamoDB        *batchInfo       `json:"DDBStreamBatchInfo,omitempty"`
	}{
		RequestContext: requestContext{id.UUID(), b.mapping.arn, condition, b.attempts},
		Version:        "1.0", Timestamp: stamp(s.clock.Now()),
	}
	if b.last != nil {
		r.RequestContext.RequestID = b.last.RequestID
		r.ResponseContext = &responseContext{StatusCode: 200, ExecutedVersion: b.last.Version}
		if b.last.failed != nil {
			r.ResponseContext.FunctionError = unhandled
		}
	}
	if b.stream.kinesis {
		r.Kinesis = info
	} else {
		r.DynamoDB = info
	}
	text, err := json.Marshal(r)
	if err == nil {
		err = s.sendRecord(destination, record{}, text)
	}
	s.lost(err, "destination", destination)
}
