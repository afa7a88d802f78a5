package embedded

import (
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"math"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kmsg"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/crashlab/crashlab/pkg/loopback"
	"github.com/crashlab/crashlab/pkg/stack"
)

// raw is a connection on which a test writes what no client library would.
type raw struct {
	net.Conn
	sent int32 // the last correlation id
}

// startKafka starts a cluster of one broker, whose log the test can read.
func startKafka(t testing.TB) (*cluster, *observer.ObservedLogs) {
	t.Helper()
	core, logs := observer.New(zap.ErrorLevel)
	c, err := startCluster(stack.Needs{}, zap.New(core))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.close(context.Background()) })
	return c, logs
}

func (c *cluster) connect(t testing.TB) *raw {
	t.Helper()
	conn, err := loopback.Dial(t.Context(), "tcp", c.nodes[0].socket.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &raw{Conn: conn}
}

func (r *raw) send(t testing.TB, b []byte) {
	t.Helper()
	if _, err := r.Write(b); err != nil && !errors.Is(err, net.ErrClosed) {
		t.Logf("write: %v", err) // the server may have closed it already
	}
}

// ask sends a request and decodes its response.
func (r *raw) ask(req kmsg.Request, wait time.Duration) (kmsg.Response, error) {
	r.sent++
	_ = r.SetDeadline(time.Now().Add(wait))
	if _, err := r.Write(kmsg.NewRequestFormatter().AppendRequest(nil, req, r.sent)); err != nil {
		return nil, err
	}
	return r.receive(req)
}

func (r *raw) receive(req kmsg.Request) (kmsg.Response, error) {
	var head [8]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	body := make([]byte, binary.BigEndian.Uint32(head[:])-4)
	if _, err := io.ReadFull(r, body); err != nil {
		return nil, err
	}
	resp := req.ResponseKind()
	if hasTags(resp) {
		body = body[1:]
	}
	return resp, resp.ReadFrom(body)
}

// ask sends a request that must have an answer.
func ask[R kmsg.Response](t testing.TB, r *raw, req kmsg.Request) R {
	t.Helper()
	resp, err := r.ask(req, 5*time.Second)
	if err != nil {
		t.Fatalf("%s: %v", kmsg.NameForKey(req.Key()), err)
	}
	return resp.(R)
}

// closed reports whether the server ends the connection.
func (r *raw) closed() bool {
	_ = r.SetDeadline(time.Now().Add(5 * time.Second))
	_, err := io.Copy(io.Discard, r)
	return !errors.Is(err, os.ErrDeadlineExceeded)
}

// serves fails the test unless the cluster serves another client.
func (c *cluster) serves(t testing.TB) {
	t.Helper()
	ask[*kmsg.MetadataResponse](t, c.connect(t), kmsg.NewPtrMetadataRequest())
}

// frame is a request of n bytes and a header.
func frame(key, version int16, body ...byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(8+len(body)))
	b = binary.BigEndian.AppendUint16(b, uint16(key))
	b = binary.BigEndian.AppendUint16(b, uint16(version))
	return append(binary.BigEndian.AppendUint32(b, 1), body...)
}

func size(n uint32, rest ...byte) []byte {
	return append(binary.BigEndian.AppendUint32(nil, n), rest...)
}

// TestKafkaOutlivesWhatItCanNotRead sends what is no request. The connection ends, the cluster does not, and
// stderr has one line however often that happens.
func TestKafkaOutlivesWhatItCanNotRead(t *testing.T) {
	c, logs := startKafka(t)
	noClient := []byte{0xff, 0xff}
	for _, test := range []struct {
		name  string
		bytes []byte
		lines int
	}{
		{"a key that there is not", frame(999, 0, noClient...), 1},
		{"a negative key", frame(-1, 0, noClient...), 1},
		{"an empty request", size(0), 1},
		{"a negative size", size(math.MaxUint32), 0},
		{"the smallest size", size(1 << 31), 0},
		{"a huge size", size(math.MaxInt32, 0, 3, 0, 0), 0},
		{"TLS", []byte{0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3}, 0},
		{"HTTP", []byte("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"), 0},
		{"an unknown version", frame(kmsg.Metadata.Int16(), 30000, 0xff, 0xff, 0), 0},
		{"a negative version", frame(kmsg.Metadata.Int16(), -1, noClient...), 0},
		{"a client id that is longer than the request", frame(kmsg.Metadata.Int16(), 9, 0x7f, 0xff), 1},
		{"tags that are longer than the request", frame(kmsg.Fetch.Int16(), 12, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f), 1},
		{"a list that is longer than the request", frame(kmsg.Produce.Int16(), 3, 0xff, 0xff, 0xff, 0xff, 0, 1, 0, 0, 0, 0,
			0x7f, 0xff, 0xff, 0xff), 1},
		{"a Produce of 2³² tagged fields", frame(kmsg.Produce.Int16(), 9, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1,
			0xff, 0xff, 0xff, 0xff, 0x0f), 0},
		{"a large request that is no Produce", frame(kmsg.DescribeGroups.Int16(), 0, make([]byte, 2<<20)...), 1},
		{"a newer Produce than offered", frame(kmsg.Produce.Int16(), 13, 0xff, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0), 0},
	} {
		before := logs.Len()
		for range 2 {
			r := c.connect(t)
			r.send(t, test.bytes)
			if !r.closed() {
				t.Errorf("%s: the connection stays open", test.name)
			}
		}
		c.serves(t)
		if got := logs.Len() - before; got != test.lines {
			t.Errorf("%s: %d lines, want %d: %v", test.name, got, test.lines, logs.All()[before:])
		}
	}
	for _, e := range logs.All() {
		if strings.Contains(e.Message, "\n") || e.ContextMap()["request"] == "" || e.ContextMap()["reason"] == "" {
			t.Errorf("a line without its request or reason: %v", e)
		}
	}
}

// TestKafkaOutlivesTruncatedRequests cuts a request of every kind and version at every byte.
func TestKafkaOutlivesTruncatedRequests(t *testing.T) {
	c, _ := startKafka(t)
	keys := ask[*kmsg.ApiVersionsResponse](t, c.connect(t), kmsg.NewPtrApiVersionsRequest()).ApiKeys
	for _, k := range keys {
		for version := k.MinVersion; version <= k.MaxVersion; version++ {
			req := kmsg.RequestForKey(k.ApiKey)
			req.SetVersion(version)
			whole := kmsg.NewRequestFormatter(kmsg.FormatterClientID("c")).AppendRequest(nil, req, 1)
			for n := len(whole) - 1; n >= 12; n-- {
				r := c.connect(t)
				binary.BigEndian.PutUint32(whole, uint32(n-4))
				r.send(t, whole[:n])
				_ = r.Close()
			}
		}
	}
	c.serves(t)
}

func TestKafkaAnswersWhatItCanNotDo(t *testing.T) {
	c, _ := startKafka(t)
	r := c.connect(t)

	create := kmsg.NewPtrCreateTopicsRequest()
	create.Version = 7
	create.Topics = []kmsg.CreateTopicsRequestTopic{{Topic: "huge", NumPartitions: math.MaxInt32, ReplicationFactor: 1}}
	created := ask[*kmsg.CreateTopicsResponse](t, r, create).Topics
	if len(created) != 1 || created[0].ErrorCode != kerr.PolicyViolation.Code || created[0].ErrorMessage == nil {
		t.Errorf("CreateTopics with 2³¹ partitions: %+v", created)
	}
	create.Topics[0] = kmsg.CreateTopicsRequestTopic{Topic: "orders", NumPartitions: 2, ReplicationFactor: 1}
	ask[*kmsg.CreateTopicsResponse](t, r, create)

	grow := kmsg.NewPtrCreatePartitionsRequest()
	grow.Version = 3
	grow.Topics = []kmsg.CreatePartitionsRequestTopic{{Topic: "orders", Count: math.MaxInt32}}
	if got := ask[*kmsg.CreatePartitionsResponse](t, r, grow).Topics; got[0].ErrorCode != kerr.PolicyViolation.Code {
		t.Errorf("CreatePartitions up to 2³¹: %+v", got)
	}

	join := kmsg.NewPtrJoinGroupRequest()
	join.Group, join.ProtocolType, join.SessionTimeoutMillis = "g", "consumer", 6000
	join.Protocols = []kmsg.JoinGroupRequestProtocol{{Name: "range"}, {Name: "range"}}
	if got := ask[*kmsg.JoinGroupResponse](t, r, join).ErrorCode; got != kerr.InconsistentGroupProtocol.Code {
		t.Errorf("JoinGroup with one protocol twice: %v", kerr.ErrorForCode(got))
	}
	for _, ms := range []string{"0", "-1", "9223372036854775807", "x"} {
		alter := kmsg.NewPtrIncrementalAlterConfigsRequest()
		alter.Resources = []kmsg.IncrementalAlterConfigsRequestResource{{
			ResourceType: kmsg.ConfigResourceTypeBroker,
			Configs: []kmsg.IncrementalAlterConfigsRequestResourceConfig{
				{Name: "log.cleaner.backoff.ms", Value: kmsg.StringPtr(ms)},
			},
		}}
		got := ask[*kmsg.IncrementalAlterConfigsResponse](t, r, alter).Resources
		if len(got) != 1 || got[0].ErrorCode != kerr.InvalidConfig.Code {
			t.Errorf("log.cleaner.backoff.ms=%s: %+v", ms, got)
		}
		set := kmsg.NewPtrAlterConfigsRequest()
		set.Resources = []kmsg.AlterConfigsRequestResource{{
			ResourceType: kmsg.ConfigResourceTypeBroker,
			Configs:      []kmsg.AlterConfigsRequestResourceConfig{{Name: "log.cleaner.backoff.ms", Value: kmsg.StringPtr(ms)}},
		}}
		if got := ask[*kmsg.AlterConfigsResponse](t, r, set).Resources; got[0].ErrorCode != kerr.InvalidConfig.Code {
			t.Errorf("log.cleaner.backoff.ms=%s, all at once: %+v", ms, got)
		}
	}
	create.Topics[0] = kmsg.CreateTopicsRequestTopic{Topic: "compacted", NumPartitions: 1, ReplicationFactor: 1,
		Configs: []kmsg.CreateTopicsRequestTopicConfig{{Name: "cleanup.policy", Value: kmsg.StringPtr("compact")}}}
	ask[*kmsg.CreateTopicsResponse](t, r, create)
	c.serves(t)
}

// batch returns a batch with one record, and what the header says about their number.
func batch(count int32, attributes int16) []byte {
	record := kmsg.Record{Value: []byte("v")}
	record.Length = int32(len(record.AppendTo(nil)) - 1)
	b := kmsg.RecordBatch{
		Magic: 2, ProducerID: -1, ProducerEpoch: -1, FirstSequence: -1, Attributes: attributes,
		LastOffsetDelta: count - 1, NumRecords: count, Records: record.AppendTo(nil),
	}
	b.Length = int32(len(b.AppendTo(nil)) - 12)
	out := b.AppendTo(nil)
	sum := crc32.Checksum(out[batchAttributes:], crc32.MakeTable(crc32.Castagnoli))
	binary.BigEndian.PutUint32(out[batchChecksum:], sum)
	return out
}

// TestKafkaTakesNoBatchThatMiscounts sends good and bad batches in one request.
func TestKafkaTakesNoBatchThatMiscounts(t *testing.T) {
	c, _ := startKafka(t)
	r := c.connect(t)
	create := kmsg.NewPtrCreateTopicsRequest()
	create.Topics = []kmsg.CreateTopicsRequestTopic{{Topic: "orders", NumPartitions: 6, ReplicationFactor: 1}}
	ask[*kmsg.CreateTopicsResponse](t, r, create)

	const zstd = 4
	produce := kmsg.NewPtrProduceRequest()
	produce.Version, produce.Acks = maxProduce, 1
	produce.Topics = []kmsg.ProduceRequestTopic{{Topic: "orders", Partitions: []kmsg.ProduceRequestTopicPartition{
		{Partition: 0, Records: batch(1, 0)},
		{Partition: 1, Records: batch(2, 0)},
		{Partition: 2, Records: batch(0, 0)},
		{Partition: 3, Records: batch(-5, 0)},
		{Partition: 4, Records: batch(math.MaxInt32, zstd)},
		{Partition: 5, Records: batch(3, zstd)},
	}}}
	got := map[int32]int16{}
	for _, p := range ask[*kmsg.ProduceResponse](t, r, produce).Topics[0].Partitions {
		got[p.Partition] = p.ErrorCode
	}
	for partition, want := range []int16{0, 87, 87, 87, 87, 0} {
		if got[int32(partition)] != want {
			t.Errorf("partition %d: %v, want %v", partition, kerr.ErrorForCode(got[int32(partition)]), kerr.ErrorForCode(want))
		}
	}
}

// TestKafkaAnswersInOrder sends three requests at once; the second is one that kfake does not see.
func TestKafkaAnswersInOrder(t *testing.T) {
	c, _ := startKafka(t)
	r := c.connect(t)
	huge := kmsg.NewPtrCreateTopicsRequest()
	huge.Topics = []kmsg.CreateTopicsRequestTopic{{Topic: "huge", NumPartitions: math.MaxInt32, ReplicationFactor: 1}}
	reqs := []kmsg.Request{kmsg.NewPtrMetadataRequest(), huge, kmsg.NewPtrMetadataRequest()}
	var all []byte
	for i, req := range reqs {
		all = append(all, kmsg.NewRequestFormatter().AppendRequest(nil, req, int32(i))...)
	}
	r.send(t, all)
	_ = r.SetDeadline(time.Now().Add(5 * time.Second))
	for i, req := range reqs {
		resp, err := r.receive(req)
		if err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
		if c, ok := resp.(*kmsg.CreateTopicsResponse); ok && c.Topics[0].ErrorCode != kerr.PolicyViolation.Code {
			t.Errorf("answer %d: %+v", i, c)
		}
	}
}

// TestKafkaAnswersAsJavaReadsThem looks at what Java's admin client does not take null for.
func TestKafkaAnswersAsJavaReadsThem(t *testing.T) {
	c, _ := startKafka(t)
	r := c.connect(t)
	create := kmsg.NewPtrCreateTopicsRequest()
	create.Version = 7
	create.Topics = []kmsg.CreateTopicsRequestTopic{
		{Topic: "plain", NumPartitions: 1, ReplicationFactor: 1},
		{Topic: "configured", NumPartitions: 1, ReplicationFactor: 1, Configs: []kmsg.CreateTopicsRequestTopicConfig{
			{Name: "retention.ms", Value: kmsg.StringPtr("1000")},
		}},
	}
	for _, topic := range ask[*kmsg.CreateTopicsResponse](t, r, create).Topics {
		if topic.ErrorCode != 0 || topic.Configs == nil {
			t.Errorf("%s: error %d, configurations %v", topic.Topic, topic.ErrorCode, topic.Configs)
		}
		for _, config := range topic.Configs {
			if config.Source != int8(kmsg.ConfigSourceDynamicTopicConfig) {
				t.Errorf("%s is of source %d", config.Name, config.Source)
			}
		}
	}
	describe := kmsg.NewPtrDescribeTopicPartitionsRequest()
	describe.Topics = []kmsg.DescribeTopicPartitionsRequestTopic{{Topic: "plain"}}
	described := ask[*kmsg.DescribeTopicPartitionsResponse](t, r, describe).Topics
	if len(described) != 1 || len(described[0].Partitions) != 1 {
		t.Fatalf("described: %+v", described)
	}
	if p := described[0].Partitions[0]; p.EligibleLeaderReplicas == nil || p.LastKnownELR == nil {
		t.Errorf("a list is null: %+v", p)
	}
	versions := kmsg.NewPtrApiVersionsRequest()
	versions.Version, versions.ClientSoftwareName, versions.ClientSoftwareVersion = 4, "test", "1"
	for _, k := range ask[*kmsg.ApiVersionsResponse](t, r, versions).ApiKeys {
		if k.ApiKey == kmsg.Produce.Int16() && k.MaxVersion != maxProduce {
			t.Errorf("Produce is offered up to %d", k.MaxVersion)
		}
	}
}
