package lab

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/segmentio/kafka-go"
)

// CreateTopic creates a topic and returns once every partition of it has a leader.
func (i *Instance) CreateTopic(ctx context.Context, topic string, partitions, replicas int) error {
	created, err := i.Kafka().CreateTopics(ctx, &kafka.CreateTopicsRequest{
		Topics: []kafka.TopicConfig{{Topic: topic, NumPartitions: partitions, ReplicationFactor: replicas}},
	})
	if err == nil {
		err = created.Errors[topic]
	}
	if err != nil && !errors.Is(err, kafka.TopicAlreadyExists) {
		return fmt.Errorf("create topic %s: %w", topic, err)
	}
	return Poll(ctx, "every partition of "+topic+" has a leader", func(ctx context.Context) (bool, error) {
		meta, err := i.Kafka().Metadata(ctx, &kafka.MetadataRequest{Topics: []string{topic}})
		if err != nil || len(meta.Topics) != 1 || len(meta.Topics[0].Partitions) != partitions {
			return false, err
		}
		for _, p := range meta.Topics[0].Partitions {
			if p.Error != nil || p.Leader.Host == "" {
				return false, p.Error
			}
		}
		return true, nil
	})
}

// Offsets of one partition: what a group has committed and where the log ends.
type Offsets struct{ Committed, End int64 }

// GroupOffsets returns, by partition, how far the group has come in the topic. A group that has
// committed nothing stands at the beginning of the log.
func (i *Instance) GroupOffsets(ctx context.Context, topic, group string, partitions int) (map[int]Offsets, error) {
	ends := make([]kafka.OffsetRequest, 0, 2*partitions)
	ids := make([]int, partitions)
	for p := range partitions {
		ends = append(ends, kafka.LastOffsetOf(p), kafka.FirstOffsetOf(p))
		ids[p] = p
	}
	listed, err := i.Kafka().ListOffsets(ctx, &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{topic: ends}})
	if err != nil {
		return nil, fmt.Errorf("list offsets of %s: %w", topic, err)
	}
	fetched, err := i.Kafka().OffsetFetch(ctx, &kafka.OffsetFetchRequest{GroupID: group, Topics: map[string][]int{topic: ids}})
	if err == nil {
		err = fetched.Error
	}
	if err != nil {
		return nil, fmt.Errorf("fetch offsets of group %s: %w", group, err)
	}
	offsets := map[int]Offsets{}
	for _, p := range listed.Topics[topic] {
		if p.Error != nil {
			return nil, fmt.Errorf("list offsets of %s/%d: %w", topic, p.Partition, p.Error)
		}
		offsets[p.Partition] = Offsets{Committed: p.FirstOffset, End: p.LastOffset}
	}
	for _, p := range fetched.Topics[topic] {
		if p.Error != nil {
			return nil, fmt.Errorf("fetch offsets of %s/%d: %w", topic, p.Partition, p.Error)
		}
		if o := offsets[p.Partition]; p.CommittedOffset > o.Committed {
			offsets[p.Partition] = Offsets{Committed: p.CommittedOffset, End: o.End}
		}
	}
	return offsets, nil
}

// Poll asks until done, and fails at ctx's end with what it waited for and the last error.
func Poll(ctx context.Context, what string, done func(context.Context) (bool, error)) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		ok, err := done(ctx)
		if ok {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("wait until %s: %w", what, errors.Join(ctx.Err(), err))
		case <-tick.C:
		}
	}
}
