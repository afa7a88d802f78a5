package part

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/segmentio/kafka-go"

	"github.com/crashlab/crashlab/pkg/lab"
)

// Log is a Kafka topic that one group of consumers reads.
type Log struct {
	Topic, Group string // on the stack
	// AtMostOnce commits a record before it is handled, not after: then a crash in between loses it.
	AtMostOnce bool

	patience time.Duration // that a consumer waits for a record before it joins its group anew
	writers  sync.Map      // *lab.Instance → *kafka.Writer
}

// NewLog declares a log with that many partitions, and the group that reads it.
func NewLog(b *lab.Builder, name, group string, partitions int) *Log {
	l := &Log{Topic: b.Name(name), Group: b.Name(group), patience: 8 * b.Idle(250*time.Millisecond, 5*time.Second)}
	b.Prepare("create log "+name, func(ctx context.Context, i *lab.Instance) error { return l.create(ctx, i, partitions) })
	return l
}

// create creates the topic and returns once every partition has a leader.
func (l *Log) create(ctx context.Context, i *lab.Instance, partitions int) error {
	created, err := i.Kafka().CreateTopics(ctx, &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: l.Topic, NumPartitions: partitions, ReplicationFactor: 1}},
	})
	if err == nil {
		err = created.Errors[l.Topic]
	}
	if err != nil && !errors.Is(err, kafka.TopicAlreadyExists) {
		return err
	}
	return l.Led(ctx, i, partitions)
}

// Led waits until the log has that many partitions and each has a leader.
func (l *Log) Led(ctx context.Context, i *lab.Instance, partitions int) error {
	return lab.Poll(ctx, "every partition has a leader", func(ctx context.Context) (bool, error) {
		led, err := l.Partitions(ctx, i)
		return len(led) == partitions, err
	})
}

// Partitions returns the numbers of the partitions that have a leader.
func (l *Log) Partitions(ctx context.Context, i *lab.Instance) ([]int, error) {
	meta, err := i.Kafka().Metadata(ctx, &kafka.MetadataRequest{Topics: []string{l.Topic}})
	if err != nil || len(meta.Topics) != 1 {
		return nil, err
	}
	var led []int
	for _, p := range meta.Topics[0].Partitions {
		if p.Error == nil && p.Leader.Host != "" {
			led = append(led, p.ID)
		}
	}
	return led, nil
}

// Append appends a record and returns once all in-sync replicas have it. It tries three times, so a lost
// acknowledgment can make a duplicate.
func (l *Log) Append(ctx context.Context, i *lab.Instance, key string, body []byte) error {
	w, ok := l.writers.Load(i)
	if !ok {
		w, _ = l.writers.LoadOrStore(i, i.KafkaWriter(l.Topic))
	}
	err := w.(*kafka.Writer).WriteMessages(ctx, kafka.Message{Key: []byte(key), Value: body})
	return during(err, "append")
}

// Consume handles records, at least once each: it commits a record's offset after handling it, so that a
// crash or a lost answer between the two repeats it. The other order would lose it. It returns if a handler
// fails or there is nothing to read for a while, since a fetch of kafka-go's can hang after a network error:
// call it in a loop ([Again]).
func (l *Log) Consume(ctx context.Context, i *lab.Instance, do func(ctx context.Context, m kafka.Message) error) error {
	reader := i.KafkaReader(l.Topic, l.Group)
	defer reader.Close()
	for {
		fetch, cancel := context.WithTimeout(ctx, l.patience)
		m, err := reader.FetchMessage(fetch)
		cancel()
		if err != nil {
			return fmt.Errorf("fetch: %w", err)
		}
		if l.AtMostOnce {
			if err := commit(ctx, reader, m); err != nil {
				return err
			}
		}
		if err := do(ctx, m); err != nil {
			return err
		}
		if !l.AtMostOnce {
			if err := commit(ctx, reader, m); err != nil {
				return err
			}
		}
	}
}

// commitTime is how long a commit may take.
const commitTime = 2 * time.Second

func commit(ctx context.Context, reader *kafka.Reader, m kafka.Message) error {
	ctx, cancel := context.WithTimeout(ctx, commitTime)
	defer cancel()
	return during(reader.CommitMessages(ctx, m), "commit")
}
