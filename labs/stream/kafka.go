package stream

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/segmentio/kafka-go"
	"go.uber.org/zap"

	"github.com/crashlab/crashlab/pkg/lab"
)

const (
	gatherTime = 2 * time.Millisecond // for each further record of a batch
	joinTime   = 2 * time.Second      // for every member to come
)

// kafkaLog is a Kafka topic. The consumers are a group, to whose members the broker hands out the
// partitions; a checkpoint is a committed offset.
type kafkaLog struct {
	topic, group   string
	partitions     atomic.Int32
	fetchTime      time.Duration // for the first record of a batch; past it the consumer joins its group anew
	metadataMaxAge time.Duration // how long the producer may not know of new partitions; Kafka's default is 5 minutes
}

func newKafka(env *lab.Env) log {
	return &kafkaLog{
		topic:          env.Name("movements"),
		group:          env.Name("consumers"),
		fetchTime:      20 * env.Idle(250*time.Millisecond, time.Minute),
		metadataMaxAge: env.Idle(100*time.Millisecond, time.Minute),
	}
}

func (k *kafkaLog) create(ctx context.Context, i *lab.Instance) error {
	k.partitions.Store(shards)
	return i.CreateTopic(ctx, k.topic, shards, 1)
}

func (k *kafkaLog) writer(i *lab.Instance) func(context.Context, string, []byte) error {
	w := i.KafkaWriter(k.topic)
	if t, ok := w.Transport.(*kafka.Transport); ok {
		t.MetadataTTL = k.metadataMaxAge
	}
	return func(ctx context.Context, key string, body []byte) error {
		if err := w.WriteMessages(ctx, kafka.Message{Key: []byte(key), Value: body}); err != nil {
			return fmt.Errorf("write message: %w", err)
		}
		return nil
	}
}

// consume joins the group and reads what it is given. It begins when the group is whole, as a broker
// sees to by letting a new group wait for its members (group.initial.rebalance.delay.ms, 3 s): who
// comes first would read for all, only to have most of it taken away again.
func (k *kafkaLog) consume(ctx context.Context, i *lab.Instance, _ int, handle func(context.Context, source) error) error {
	reader := i.KafkaMember(k.topic, k.group)
	defer reader.Close()
	whole, cancel := context.WithTimeout(ctx, joinTime)
	defer cancel()
	if err := k.ready(whole, i); err != nil {
		i.Log.Info("the consumer begins without the others", zap.Error(err))
	}
	return handle(ctx, groupMember{reader, k.fetchTime})
}

// ready waits until the group has given every member a partition.
func (k *kafkaLog) ready(ctx context.Context, i *lab.Instance) error {
	return lab.Poll(ctx, "every consumer has a partition", func(ctx context.Context) (bool, error) {
		out, err := i.Kafka().DescribeGroups(ctx, &kafka.DescribeGroupsRequest{GroupIDs: []string{k.group}})
		if err != nil || len(out.Groups) != 1 || out.Groups[0].Error != nil {
			return false, err
		}
		served := 0
		for _, m := range out.Groups[0].Members {
			for _, t := range m.MemberAssignments.Topics {
				if len(t.Partitions) > 0 {
					served++
				}
			}
		}
		return served == consumers, nil
	})
}

// groupMember is a source of the partitions that the group gave to one of its members.
type groupMember struct {
	reader    *kafka.Reader
	fetchTime time.Duration // as the log has it
}

func (g groupMember) next(ctx context.Context) ([]record, error) {
	var batch []record
	wait := g.fetchTime
	for len(batch) < maxBatch {
		fetch, cancel := context.WithTimeout(ctx, wait)
		m, err := g.reader.FetchMessage(fetch)
		cancel()
		if err != nil && len(batch) > 0 && errors.Is(err, context.DeadlineExceeded) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("fetch: %w", err)
		}
		batch = append(batch, record{shard: partitionName(m.Partition), at: strconv.FormatInt(m.Offset, 10), body: m.Value, message: m})
		wait = gatherTime
	}
	return batch, nil
}

func (g groupMember) checkpoint(ctx context.Context, done []record) error {
	messages := make([]kafka.Message, len(done))
	for n, r := range done {
		messages[n] = r.message
	}
	if err := g.reader.CommitMessages(ctx, messages...); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	return nil
}

func partitionName(n int) string { return "partition-" + strconv.Itoa(n) }

func (k *kafkaLog) lag(ctx context.Context, i *lab.Instance) (map[string]int, error) {
	offsets, err := i.GroupOffsets(ctx, k.topic, k.group, int(k.partitions.Load()))
	if err != nil {
		return nil, err
	}
	behind := map[string]int{}
	for n, o := range offsets {
		behind[partitionName(n)] = int(o.End - o.Committed)
	}
	return behind, nil
}

// double gives the topic twice as many partitions. Unlike a shard that is split, a partition does
// not end: half of its keys go elsewhere from now on, and nothing in the log says so.
func (k *kafkaLog) double(ctx context.Context, i *lab.Instance) error {
	n := 2 * k.partitions.Load()
	out, err := i.Kafka().CreatePartitions(ctx, &kafka.CreatePartitionsRequest{Topics: []kafka.TopicPartitionsConfig{{Name: k.topic, Count: n}}})
	if err == nil {
		err = out.Errors[k.topic]
	}
	if err != nil {
		return fmt.Errorf("add partitions: %w", err)
	}
	k.partitions.Store(n)
	return lab.Poll(ctx, "the new partitions have leaders", func(ctx context.Context) (bool, error) {
		led, err := k.open(ctx, i)
		return led == int(n), err
	})
}

// open returns how many partitions have a leader.
func (k *kafkaLog) open(ctx context.Context, i *lab.Instance) (int, error) {
	meta, err := i.Kafka().Metadata(ctx, &kafka.MetadataRequest{Topics: []string{k.topic}})
	if err != nil || len(meta.Topics) != 1 {
		return 0, err
	}
	n := 0
	for _, p := range meta.Topics[0].Partitions {
		if p.Error == nil && p.Leader.Host != "" {
			n++
		}
	}
	return n, nil
}

func (k *kafkaLog) unread(ctx context.Context, i *lab.Instance, do func(body []byte)) error {
	return i.Uncommitted(ctx, k.topic, k.group, int(k.partitions.Load()), do)
}
