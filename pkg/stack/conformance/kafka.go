package conformance

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

// is fails the case unless err is the wanted Kafka error.
func is(t *testing.T, err error, want kafka.Error) {
	t.Helper()
	var got kafka.Error
	if !errors.As(err, &got) || got != want {
		t.Fatalf("got %v, want %v", err, want)
	}
}

// newTopic makes a topic and returns its name when it can be written to.
func (e *Env) newTopic(t *testing.T, partitions int, config ...kafka.ConfigEntry) string {
	t.Helper()
	name := e.Name()
	out := ok(e.Kafka.CreateTopics(t.Context(), &kafka.CreateTopicsRequest{Topics: []kafka.TopicConfig{
		{Topic: name, NumPartitions: partitions, ReplicationFactor: 1, ConfigEntries: config},
	}}))(t)
	must(t, out.Errors[name])
	for p := range partitions {
		eventually(t, "the partition has a leader", func() bool {
			first, _ := e.offsets(t, name, p)
			return first >= 0
		})
	}
	return name
}

// offsets returns a partition's first and next offset, -1 while there is no leader.
func (e *Env) offsets(t *testing.T, topic string, partition int) (first, next int64) {
	t.Helper()
	out, err := e.Kafka.ListOffsets(t.Context(), &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{
		topic: {kafka.FirstOffsetOf(partition), kafka.LastOffsetOf(partition)},
	}})
	if err != nil || len(out.Topics[topic]) == 0 || out.Topics[topic][0].Error != nil {
		return -1, -1
	}
	return out.Topics[topic][0].FirstOffset, out.Topics[topic][0].LastOffset
}

// produce writes values to a partition and returns the answer. A newly elected leader may not know the
// partition yet; then nothing was written.
func (e *Env) produce(t *testing.T, topic string, partition int, values ...string) *kafka.ProduceResponse {
	t.Helper()
	var out *kafka.ProduceResponse
	eventually(t, "the leader takes the records", func() bool {
		var rs []kafka.Record
		for _, v := range values {
			rs = append(rs, kafka.Record{Value: kafka.NewBytes([]byte(v))})
		}
		var err error
		out, err = e.Kafka.Produce(t.Context(), &kafka.ProduceRequest{
			Topic: topic, Partition: partition, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(rs...),
		})
		if err == nil {
			err = out.Error
		}
		if errors.Is(err, kafka.NotLeaderForPartition) || errors.Is(err, kafka.LeaderNotAvailable) {
			return false
		}
		must(t, err)
		return true
	})
	return out
}

// writer returns a writer that ends with the case.
func (e *Env) writer(t *testing.T, topic string, change func(*kafka.Writer)) *kafka.Writer {
	w := &kafka.Writer{
		Addr: e.Kafka.Addr, Topic: topic, Transport: e.transport, BatchTimeout: 5 * time.Millisecond,
		RequiredAcks: kafka.RequireAll,
	}
	if change != nil {
		change(w)
	}
	t.Cleanup(func() { _ = w.Close() })
	return w
}

// reader returns a reader, in a group if one is named, that ends with the case.
func (e *Env) reader(t *testing.T, topic, group string) *kafka.Reader {
	r := kafka.NewReader(kafka.ReaderConfig{
		Brokers: e.Stack.Kafka, Topic: topic, GroupID: group, StartOffset: kafka.FirstOffset, MaxWait: 50 * time.Millisecond,
		SessionTimeout: 6 * time.Second, RebalanceTimeout: 3 * time.Second, HeartbeatInterval: 200 * time.Millisecond,
		JoinGroupBackoff: 50 * time.Millisecond, ReadBackoffMin: 10 * time.Millisecond,
		ReadBackoffMax:         100 * time.Millisecond,
		PartitionWatchInterval: 200 * time.Millisecond,
	})
	t.Cleanup(func() { _ = r.Close() })
	return r
}

// next reads a message without committing it.
func next(t *testing.T, r *kafka.Reader) kafka.Message {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	return ok(r.FetchMessage(ctx))(t)
}

// committed returns a group's offset in a partition, -1 for none.
func (e *Env) committed(t *testing.T, group, topic string, partition int) int64 {
	t.Helper()
	offset := int64(-2)
	var last string
	defer func() {
		if offset == -2 {
			t.Logf("the coordinator's last answer: %s", last)
		}
	}()
	eventually(t, "the coordinator answers", func() bool {
		out, err := e.Kafka.OffsetFetch(t.Context(), &kafka.OffsetFetchRequest{
			GroupID: group, Topics: map[string][]int{topic: {partition}},
		})
		last = fmt.Sprintf("%+v, %v", out, err)
		if err != nil || out.Error != nil || len(out.Topics[topic]) == 0 || out.Topics[topic][0].Error != nil {
			return false
		}
		offset = out.Topics[topic][0].CommittedOffset
		return true
	})
	return offset
}
