package lab

import (
	"context"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"
)

// Uncommitted calls do with the value of every record of the topic that the group has not committed,
// partition by partition and in order. An audit counts so what is still to be done.
func (i *Instance) Uncommitted(ctx context.Context, topic, group string, partitions int, do func(value []byte)) error {
	offsets, err := i.GroupOffsets(ctx, topic, group, partitions)
	if err != nil {
		return err
	}
	for partition, o := range offsets {
		for at := o.Committed; at < o.End; {
			next, err := i.fetchOnce(ctx, topic, partition, at, o.End, do)
			if err != nil {
				return fmt.Errorf("read %s/%d at %d: %w", topic, partition, at, err)
			}
			if next == at { // what is left of the log is no records, such as a transaction's marks
				break
			}
			at = next
		}
	}
	return nil
}

// fetchOnce calls do with the records of one fetch, from at and before end, and returns the offset
// after them.
func (i *Instance) fetchOnce(ctx context.Context, topic string, partition int, at, end int64, do func(value []byte)) (int64, error) {
	got, err := i.Kafka().Fetch(ctx, &kafka.FetchRequest{Topic: topic, Partition: partition, Offset: at, MinBytes: 1, MaxBytes: 1 << 20, MaxWait: time.Second})
	if err == nil {
		err = got.Error
	}
	if err != nil {
		return at, err
	}
	for {
		r, err := got.Records.ReadRecord()
		if err != nil || r.Offset >= end { // io.EOF ends a fetch; whatever else it was, the next one meets it again
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
