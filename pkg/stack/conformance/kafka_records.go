package conformance

import (
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/segmentio/kafka-go"
)

// compressed is a case that writes with a codec and reads what it wrote.
func compressed(name string, codec kafka.Compression) Case {
	return Case{"compression: " + name, func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 1)
		want := strings.Repeat("compress me ", 100)
		w := e.writer(t, topic, func(w *kafka.Writer) { w.Compression = codec })
		must(t, w.WriteMessages(t.Context(), kafka.Message{Value: []byte(want)}))
		equal(t, "value", string(next(t, e.reader(t, topic, "")).Value), want)
	}}
}

var kafkaRecords = []Case{
	{"offsets count up from 0", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 1)
		equal(t, "base offset", e.produce(t, topic, 0, "a", "b").BaseOffset, 0)
		equal(t, "base offset", e.produce(t, topic, 0, "c").BaseOffset, 2)
		first, next := e.offsets(t, topic, 0)
		equal(t, "first", first, 0)
		equal(t, "next", next, 3)
	}},
	{"a record comes with its key, headers and time", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 1)
		at := time.UnixMilli(1_700_000_000_123)
		must(t, e.writer(t, topic, nil).WriteMessages(t.Context(), kafka.Message{
			Key: []byte("k"), Value: []byte("v"), Time: at, Headers: []kafka.Header{{Key: "h", Value: []byte("x")}},
		}))
		m := next(t, e.reader(t, topic, ""))
		equal(t, "key", string(m.Key), "k")
		equal(t, "value", string(m.Value), "v")
		equal(t, "header", m.Headers[0].Key+"="+string(m.Headers[0].Value), "h=x")
		equal(t, "time", m.Time.UnixMilli(), at.UnixMilli())
	}},
	{"a partition keeps the order", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 1)
		w := e.writer(t, topic, nil)
		for i := range 50 {
			must(t, w.WriteMessages(t.Context(), kafka.Message{Value: fmt.Append(nil, i)}))
		}
		r := e.reader(t, topic, "")
		for i := range 50 {
			equal(t, "value", string(next(t, r).Value), fmt.Sprint(i))
		}
	}},
	{"a key goes to one partition", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 4)
		w := e.writer(t, topic, func(w *kafka.Writer) { w.Balancer = &kafka.Hash{} })
		for range 8 {
			must(t, w.WriteMessages(t.Context(), kafka.Message{Key: []byte("same"), Value: []byte("v")}))
		}
		var used int
		for p := range 4 {
			if _, next := e.offsets(t, topic, p); next > 0 {
				used++
			}
		}
		equal(t, "partitions used", used, 1)
	}},
	{"every way to acknowledge stores the record", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 1)
		for _, acks := range []kafka.RequiredAcks{kafka.RequireNone, kafka.RequireOne, kafka.RequireAll} {
			must(t,
				e.writer(t, topic, func(w *kafka.Writer) { w.RequiredAcks = acks }).WriteMessages(t.Context(), kafka.Message{
					Value: []byte(acks.String()),
				}))
		}
		eventually(t, "all are stored", func() bool {
			_, next := e.offsets(t, topic, 0)
			return next == 3
		})
	}},
	compressed("gzip", kafka.Gzip),
	compressed("snappy", kafka.Snappy),
	compressed("lz4", kafka.Lz4),
	compressed("zstd", kafka.Zstd),
	{"a record that is too large is MessageSizeTooLarge", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 1, kafka.ConfigEntry{ConfigName: "max.message.bytes", ConfigValue: "1000"})
		out, err := e.Kafka.Produce(t.Context(), &kafka.ProduceRequest{
			Topic: topic, RequiredAcks: kafka.RequireAll, Records: kafka.NewRecordReader(kafka.Record{
				Value: kafka.NewBytes(make([]byte, 5000)),
			}),
		})
		if err == nil {
			err = out.Error
		}
		is(t, err, kafka.MessageSizeTooLarge)
	}},
	{"writing to a missing topic is UnknownTopicOrPartition", func(t *testing.T, e *Env) {
		w := e.writer(t, e.Name(), func(w *kafka.Writer) { w.MaxAttempts = 1 })
		is(t, w.WriteMessages(t.Context(), kafka.Message{Value: []byte("v")}), kafka.UnknownTopicOrPartition)
	}},
	{"reading beyond the end is OffsetOutOfRange", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 1)
		e.produce(t, topic, 0, "a")
		out := ok(e.Kafka.Fetch(t.Context(), &kafka.FetchRequest{
			Topic: topic, Offset: 99, MinBytes: 1, MaxBytes: 1 << 20, MaxWait: 100 * time.Millisecond,
		}))(t)
		is(t, out.Error, kafka.OffsetOutOfRange)
	}},
	{"a fetch waits for a record", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 1)
		type answer struct {
			out *kafka.FetchResponse
			err error
		}
		fetched := make(chan answer, 1)
		go func() {
			out, err := e.Kafka.Fetch(t.Context(), &kafka.FetchRequest{
				Topic: topic, MinBytes: 1, MaxBytes: 1 << 20, MaxWait: 10 * time.Second,
			})
			fetched <- answer{out, err}
		}()
		never(t, 200*time.Millisecond, "an empty partition answers", func() bool { return len(fetched) > 0 })
		e.produce(t, topic, 0, "late")
		a := <-fetched
		must(t, a.err)
		must(t, a.out.Error)
		r := ok(a.out.Records.ReadRecord())(t)
		b, err := io.ReadAll(r.Value)
		must(t, err)
		equal(t, "value", string(b), "late")
	}},
	{"an offset is found by time", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 1)
		w := e.writer(t, topic, nil)
		base := time.UnixMilli(1_700_000_000_000)
		for i := range 3 {
			must(t,
				w.WriteMessages(t.Context(), kafka.Message{Value: []byte("v"), Time: base.Add(time.Duration(i) * time.Hour)}))
		}
		out := ok(e.Kafka.ListOffsets(t.Context(), &kafka.ListOffsetsRequest{Topics: map[string][]kafka.OffsetRequest{
			topic: {kafka.TimeOffsetOf(0, base.Add(30*time.Minute))},
		}}))(t)
		offsets := out.Topics[topic][0].Offsets
		if _, found := offsets[1]; !found || len(offsets) != 1 {
			t.Fatalf("got %v", offsets)
		}
	}},
	{"a reader begins at the offset that it is set to", func(t *testing.T, e *Env) {
		topic := e.newTopic(t, 1)
		e.produce(t, topic, 0, "a", "b", "c")
		r := e.reader(t, topic, "")
		must(t, r.SetOffset(2))
		equal(t, "value", string(next(t, r).Value), "c")
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		lag := ok(r.ReadLag(ctx))(t)
		equal(t, "lag", lag, 0)
	}},
}
