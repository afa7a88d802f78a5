package embedded

import (
	"encoding/binary"
	"hash/crc32"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/twmb/franz-go/pkg/kmsg"
)

// requests makes requests of every kind, mostly of values that mean something to the cluster, otherwise of
// extreme ones.
type requests struct {
	*rand.Rand
	keys      []kmsg.ApiVersionsResponseApiKey
	ids       [][16]byte // of topics, from answers
	producers []int64    // likewise
}

func newRequests(seed uint64, keys []kmsg.ApiVersionsResponseApiKey) *requests {
	return &requests{Rand: rand.New(rand.NewPCG(seed, 0)), keys: keys, producers: []int64{0, 1}}
}

func one[T any](r *requests, of ...T) T { return of[r.IntN(len(of))] }

// next returns a request. A topic has few partitions, so that a small machine can have many topics.
func (r *requests) next() kmsg.Request {
	key := one(r, r.keys...)
	req := kmsg.RequestForKey(key.ApiKey)
	req.SetVersion(key.MinVersion + int16(r.IntN(int(key.MaxVersion-key.MinVersion)+1)))
	r.fill(reflect.ValueOf(req).Elem(), "")
	return req
}

func (r *requests) fill(v reflect.Value, name string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i).Name; f != "Version" && f != "UnknownTags" && r.IntN(12) > 0 {
				r.fill(v.Field(i), f)
			}
		}
	case reflect.Pointer:
		v.SetZero()
		if r.IntN(4) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			r.fill(v.Elem(), name)
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes(r.bytes(name))
			return
		}
		n := one(r, 0, 1, 1, 1, 2, 3)
		v.SetZero()
		if n > 0 || r.IntN(2) == 0 {
			v.Set(reflect.MakeSlice(v.Type(), n, n))
		}
		for i := range n {
			r.fill(v.Index(i), name)
		}
	case reflect.Array:
		if len(r.ids) > 0 && r.IntN(4) > 0 {
			reflect.Copy(v, reflect.ValueOf(one(r, r.ids...)))
		}
	case reflect.String:
		v.SetString(r.text(name))
	case reflect.Bool:
		v.SetBool(r.IntN(3) == 0)
	case reflect.Uint16, reflect.Uint32:
		v.SetUint(uint64(r.number(name)) & (1<<v.Type().Bits() - 1))
	case reflect.Float64:
		v.SetFloat(one(r, 0, 1, -1, math.MaxFloat64))
	default:
		v.SetInt(r.number(name))
	}
}

func (r *requests) bytes(name string) []byte {
	if name == "Records" && r.IntN(8) > 0 {
		return r.batch()
	}
	b := make([]byte, r.IntN(20))
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return one(r, nil, []byte{}, b, b)
}

func (r *requests) batch() []byte {
	b := batch(one(r, 1, 1, 1, int32(r.number(""))), int16(r.IntN(64)))
	if r.IntN(2) == 0 {
		binary.BigEndian.PutUint64(b[43:], uint64(one(r, r.producers...)))
		binary.BigEndian.PutUint16(b[51:], uint16(r.IntN(3)))
		binary.BigEndian.PutUint32(b[53:], uint32(r.IntN(3)))
	}
	binary.BigEndian.PutUint32(b[batchChecksum:], crc32.Checksum(b[batchAttributes:], crc32.MakeTable(crc32.Castagnoli)))
	return b[:one(r, len(b), len(b), len(b), r.IntN(len(b)))]
}

func (r *requests) text(name string) string {
	if r.IntN(8) > 0 {
		switch name {
		case "Topic", "Topics":
			return one(r, "a", "b", "c")
		case "Group", "Groups":
			return one(r, "g", "h")
		case "TransactionalID":
			return one(r, "t", "u")
		case "Name":
			return one(r, "cleanup.policy", "log.cleaner.backoff.ms", "segment.bytes", "retention.ms", "max.message.bytes",
				"group.max.size", "share.record.lock.sweep.interval.ms", "group.share.partition.max.record.locks", "range")
		case "Value":
			return one(r, "compact", "1", "0", "-1", "2147483648", "9223372036854775807", "x")
		}
	}
	return one(r, "", "a", "0", "1", "range", "consumer", "[", ".*", "\xff")
}

func (r *requests) number(name string) int64 {
	if r.IntN(4) > 0 {
		switch name {
		case "Partition", "Partitions", "Generation", "MemberEpoch", "ShareSessionEpoch", "SessionEpoch", "ProducerEpoch":
			return int64(r.IntN(4)) - 1
		case "ProducerID":
			return one(r, r.producers...)
		case "MaxBytes", "PartitionMaxBytes":
			return 1 << 20
		case "ResourceType":
			return one[int64](r, 2, 4, 16, 32)
		}
	}
	switch name {
	case "NumPartitions", "Count":
		return one[int64](r, -1, 0, 1, 3, math.MinInt32, math.MaxInt32)
	case "MaxWaitMillis":
		return one[int64](r, 0, 1, -1)
	}
	return one[int64](r, -1, -2, 0, 0, 1, 1, 2, 3, 100, 6000, math.MaxInt16, math.MinInt16, math.MaxInt32, math.MinInt32,
		math.MaxInt64, math.MinInt64)
}

// learn keeps what later requests can refer to.
func (r *requests) learn(resp kmsg.Response) {
	switch resp := resp.(type) {
	case *kmsg.MetadataResponse:
		for _, t := range resp.Topics {
			r.ids = append(r.ids, t.TopicID)
		}
	case *kmsg.InitProducerIDResponse:
		r.producers = append(r.producers, resp.ProducerID)
	}
}

// storm sends n requests over a few connections. Those without an answer lose theirs.
func storm(t testing.TB, c *cluster, seed uint64, n int) {
	t.Helper()
	keys := ask[*kmsg.ApiVersionsResponse](t, c.connect(t), kmsg.NewPtrApiVersionsRequest()).ApiKeys
	r := newRequests(seed, keys)
	conns := make([]*raw, 3)
	for range n {
		i := r.IntN(len(conns))
		if conns[i] == nil {
			conns[i] = c.connect(t)
		}
		resp, err := conns[i].ask(r.next(), 20*time.Millisecond)
		if err != nil {
			_ = conns[i].Close()
			conns[i] = nil
			continue
		}
		r.learn(resp)
	}
	c.serves(t)
}

// TestKafkaOutlivesAnyRequest sends requests that make little sense.
func TestKafkaOutlivesAnyRequest(t *testing.T) {
	for seed := range uint64(3) {
		c, _ := startKafka(t)
		storm(t, c, seed, 1500)
	}
}

// FuzzKafkaRequests sends other such requests. Run it with -fuzz.
func FuzzKafkaRequests(f *testing.F) {
	f.Add(uint64(0))
	f.Fuzz(func(t *testing.T, seed uint64) {
		c, _ := startKafka(t)
		storm(t, c, seed, 300)
	})
}

// FuzzKafkaFrames sends a request of any bytes.
func FuzzKafkaFrames(f *testing.F) {
	c, _ := startKafka(f)
	keys := ask[*kmsg.ApiVersionsResponse](f, c.connect(f), kmsg.NewPtrApiVersionsRequest()).ApiKeys
	r := newRequests(0, keys)
	for range 4 * len(keys) {
		f.Add(kmsg.NewRequestFormatter().AppendRequest(nil, r.next(), 1)[4:])
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		conn := c.connect(t)
		conn.send(t, size(uint32(len(body)), body...))
		_ = conn.SetDeadline(time.Now().Add(time.Millisecond))
		_, _ = conn.Read(make([]byte, 1)) // it may be one without an answer
		_ = conn.Close()
		c.serves(t)
	})
}
