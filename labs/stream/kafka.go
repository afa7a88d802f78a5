package stream

import (
	"context"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/lab"
	"github.com/crashlab/crashlab/pkg/part"
)

// kafkaLog is a Kafka topic. The consumers are a group, to whose members the broker assigns the partitions; a
// checkpoint is a committed offset.
type kafkaLog struct {
	*part.Log
	patience time.Duration // for a record; past it the consumer joins its group anew
}

func newKafka(b *lab.Builder) log {
	return kafkaLog{part.NewLog(b, "movements", "consumers", shards), 20 * b.Idle(250*time.Millisecond, time.Minute)}
}

// consume joins the group and reads what it is given, one by one: a batch would be of several partitions.
func (k kafkaLog) consume(ctx context.Context, i *lab.Instance, handle handler) error {
	reader := i.KafkaMember(k.Topic, k.Group)
	defer reader.Close()
	for {
		wait, cancel := context.WithTimeout(ctx, k.patience)
		m, err := reader.FetchMessage(wait)
		cancel()
		if err != nil {
			return fmt.Errorf("fetch: %w", err)
		}
		r := record{shard: fmt.Sprintf("partition-%d", m.Partition), at: fmt.Sprint(m.Offset), body: m.Value}
		commit := func(ctx context.Context, _ []record) error { return reader.CommitMessages(ctx, m) }
		if err := handle(ctx, []record{r}, commit); err != nil {
			return err
		}
	}
}

// grow gives the topic more partitions. Unlike a shard that is split, a partition does not end: half of its keys go
// elsewhere from now on, and nothing in the log says so.
func (k kafkaLog) grow(ctx context.Context, i *lab.Instance, to int) error {
	out, err := i.Kafka().CreatePartitions(ctx, &kafka.CreatePartitionsRequest{
		Topics: []kafka.TopicPartitionsConfig{{Name: k.Topic, Count: int32(to)}},
	})
	if err == nil {
		err = out.Errors[k.Topic]
	}
	if err != nil {
		return fmt.Errorf("add partitions: %w", err)
	}
	return k.Led(ctx, i, to)
}
