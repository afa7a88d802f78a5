package stream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// gatherTime is how long a consumer waits for each further record of a batch.
const gatherTime = 2 * time.Millisecond

// kafkaLog is a Kafka topic. The consumers are a group, to whose members the broker assigns the partitions; a
// checkpoint is a committed offset.
type kafkaLog struct {
	*part.Log
	patience time.Duration // for the first record of a batch; past it the consumer joins its group anew
}

func newKafka(b *lab.Builder) log {
	return kafkaLog{part.NewLog(b, "movements", "consumers", shards), 20 * b.Idle(250*time.Millisecond, time.Minute)}
}

// consume joins the group and reads what it is given.
func (k kafkaLog) consume(ctx context.Context, i *lab.Instance, _ int, handle handler) error {
	reader := i.KafkaMember(k.Topic, k.Group)
	defer reader.Close()
	for {
		batch, err := k.fetch(ctx, reader)
		if err != nil {
			return fmt.Errorf("fetch: %w", err)
		}
		err = handle(ctx, batch, func(ctx context.Context, done []record) error {
			messages := make([]kafka.Message, len(done))
			for n, r := range done {
				messages[n] = r.message
			}
			return reader.CommitMessages(ctx, messages...)
		})
		if err != nil {
			return err
		}
	}
}

// fetch waits for a record and takes those that come with it.
func (k kafkaLog) fetch(ctx context.Context, reader *kafka.Reader) (batch []record, err error) {
	for wait := k.patience; len(batch) < maxBatch; wait = gatherTime {
		ctx, cancel := context.WithTimeout(ctx, wait)
		m, err := reader.FetchMessage(ctx)
		cancel()
		if len(batch) > 0 && errors.Is(err, context.DeadlineExceeded) {
			break
		}
		if err != nil {
			return nil, err
		}
		batch = append(batch, record{shard: "partition-" + strconv.Itoa(m.Partition), at: strconv.FormatInt(m.Offset, 10), body: m.Value, message: m})
	}
	return batch, nil
}

func (k kafkaLog) open(ctx context.Context, i *lab.Instance) (int, error) {
	led, err := k.Partitions(ctx, i)
	return len(led), err
}

// double gives the topic twice as many partitions. Unlike a shard that is split, a partition does not end:
// half of its keys go elsewhere from now on, and nothing in the log says so.
func (k kafkaLog) double(ctx context.Context, i *lab.Instance) error {
	open, err := k.open(ctx, i)
	if err != nil {
		return err
	}
	more := kafka.TopicPartitionsConfig{Name: k.Topic, Count: int32(2 * open)}
	out, err := i.Kafka().CreatePartitions(ctx, &kafka.CreatePartitionsRequest{Topics: []kafka.TopicPartitionsConfig{more}})
	if err == nil {
		err = out.Errors[k.Topic]
	}
	if err != nil {
		return fmt.Errorf("add partitions: %w", err)
	}
	return k.Led(ctx, i, 2*open)
}
