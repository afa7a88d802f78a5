package part

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Offsets are those of one partition: what the group has committed, at least the log's start, and the log's
// end.
type Offsets struct{ Committed, End int64 }

// Offsets returns the group's progress, by partition.
func (l *Log) Offsets(ctx context.Context, i *lab.Instance) (map[int]Offsets, error) {
	partitions, err := l.Partitions(ctx, i)
	if err != nil {
		return nil, fmt.Errorf("list partitions of %s: %w", l.Topic, err)
	}
	var ends []kafka.OffsetRequest
	for _, p := range partitions {
		ends = append(ends, kafka.LastOffsetOf(p), kafka.FirstOffsetOf(p))
	}
	listed, err := i.Kafka().ListOffsets(ctx, &kafka.ListOffsetsRequest{
		Topics: map[string][]kafka.OffsetRequest{l.Topic: ends},
	})
	if err != nil {
		return nil, fmt.Errorf("list offsets of %s: %w", l.Topic, err)
	}
	fetched, err := i.Kafka().OffsetFetch(ctx, &kafka.OffsetFetchRequest{
		GroupID: l.Group, Topics: map[string][]int{l.Topic: partitions},
	})
	if err == nil {
		err = fetched.Error
	}
	if err != nil {
		return nil, fmt.Errorf("fetch offsets of group %s: %w", l.Group, err)
	}
	offsets := map[int]Offsets{}
	for _, p := range listed.Topics[l.Topic] {
		if p.Error != nil {
			return nil, fmt.Errorf("list offsets of %s/%d: %w", l.Topic, p.Partition, p.Error)
		}
		offsets[p.Partition] = Offsets{Committed: p.FirstOffset, End: p.LastOffset}
	}
	for _, p := range fetched.Topics[l.Topic] {
		if p.Error != nil {
			return nil, fmt.Errorf("fetch offsets of %s/%d: %w", l.Topic, p.Partition, p.Error)
		}
		if o := offsets[p.Partition]; p.CommittedOffset > o.Committed {
			offsets[p.Partition] = Offsets{Committed: p.CommittedOffset, End: o.End}
		}
	}
	return offsets, nil
}

// Lag returns how many records the group has not committed.
func (l *Log) Lag(ctx context.Context, i *lab.Instance) (sum int, err error) {
	offsets, err := l.Offsets(ctx, i)
	for _, o := range offsets {
		sum += int(o.End - o.Committed)
	}
	return sum, err
}

// Left calls do with every record that the group has not committed, partition by partition and in order, for
// an audit.
func (l *Log) Left(ctx context.Context, i *lab.Instance, do func(body []byte)) error {
	return l.readAll(ctx, i, func(o Offsets) int64 { return o.Committed }, do)
}

// Each calls do with every record in the log, partition by partition and in order, for an audit.
func (l *Log) Each(ctx context.Context, i *lab.Instance, do func(body []byte)) error {
	return l.readAll(ctx, i, func(Offsets) int64 { return 0 }, do)
}

// readAll calls do with the records of every partition from an offset on. The order is always the same, since
// a seed must give the same history.
func (l *Log) readAll(ctx context.Context, i *lab.Instance, from func(Offsets) int64, do func(body []byte)) error {
	offsets, err := l.Offsets(ctx, i)
	if err != nil {
		return err
	}
	for _, partition := range slices.Sorted(maps.Keys(offsets)) {
		end := offsets[partition].End
		for at := from(offsets[partition]); at < end; {
			next, err := l.fetch(ctx, i, partition, at, end, do)
			if err != nil {
				return fmt.Errorf("read %s/%d at %d: %w", l.Topic, partition, at, err)
			}
			if next == at { // the rest of the log has no records, such as a transaction's marks
				break
			}
			at = next
		}
	}
	return nil
}

// fetch calls do with the records of one fetch of partition p, from at on and before end. It returns the
// offset after them.
func (l *Log) fetch(ctx context.Context, i *lab.Instance, p int, at, end int64, do func(body []byte)) (int64, error) {
	got, err := i.Kafka().Fetch(ctx, &kafka.FetchRequest{
		Topic: l.Topic, Partition: p, Offset: at, MinBytes: 1, MaxBytes: 1 << 20, MaxWait: time.Second,
	})
	if err == nil {
		err = got.Error
	}
	if err != nil {
		return at, err
	}
	for {
		r, err := got.Records.ReadRecord()
		if err != nil || r.Offset >= end { // io.EOF ends a fetch; the next one meets any other error again
			return at, nil
		}
		value, err := kafka.ReadAll(r.Value)
		if err != nil {
			return at, err
		}
		if r.Offset >= at {
			do(value)
			at = r.Offset + 1
		}
	}
}
