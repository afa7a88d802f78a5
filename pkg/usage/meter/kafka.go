package meter

import (
	"context"
	"encoding/binary"
	"net"
	"sync"

	"github.com/twmb/franz-go/pkg/kmsg"

	"github.com/crashlab/crashlab/pkg/usage"
)

// Kafka wraps c, a connection to a broker, and observes its bytes: the protocol is the same for every client.
// Bytes counted are those of record batches, as brokers store them.
func (m *Meter) Kafka(c net.Conn) net.Conn {
	k := &kafkaConn{Conn: c, meter: m, asked: map[int32]asked{}}
	k.requests.whole, k.answers.whole = k.request, k.answer
	k.requests.wanted, k.answers.wanted = wantedRequest, k.wantedAnswer
	return k
}

// asked is a request that waits for its answer.
type asked struct {
	kind, version int16
	add           func() // a produce request's tally, which counts once the broker has answered
	wait          *wait  // of a produce request; a fetch waits by request
}

type kafkaConn struct {
	net.Conn
	meter *Meter

	out, in           sync.Mutex
	requests, answers frames

	mu    sync.Mutex
	asked map[int32]asked // by correlation ID
}

func (k *kafkaConn) Write(p []byte) (int, error) {
	// Before the bytes leave: the answer must find its request.
	k.out.Lock()
	k.requests.feed(p)
	k.out.Unlock()
	return k.Conn.Write(p)
}

func (k *kafkaConn) Read(p []byte) (int, error) {
	n, err := k.Conn.Read(p)
	k.in.Lock()
	k.answers.feed(p[:n])
	k.in.Unlock()
	return n, err
}

// Close closes the connection and gives up its pending requests.
func (k *kafkaConn) Close() error {
	k.mu.Lock()
	defer k.mu.Unlock()
	for id, a := range k.asked {
		k.meter.stopwatch.end(a.wait, context.Canceled)
		delete(k.asked, id)
	}
	return k.Conn.Close()
}

// The requests that matter.
const (
	produce = int16(kmsg.Produce)
	fetch   = int16(kmsg.Fetch)
)

// wantedRequest decides by a frame's first eight bytes whether the rest matters.
func wantedRequest(head []byte) bool {
	kind := int16(binary.BigEndian.Uint16(head))
	return kind == produce || kind == fetch
}

func (k *kafkaConn) wantedAnswer(head []byte) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	_, ok := k.asked[int32(binary.BigEndian.Uint32(head))]
	return ok
}

// request reads a produce or fetch request: kind, version, correlation ID, client ID, tags, body.
func (k *kafkaConn) request(frame []byte) {
	a := asked{kind: int16(binary.BigEndian.Uint16(frame)), version: int16(binary.BigEndian.Uint16(frame[2:]))}
	id := int32(binary.BigEndian.Uint32(frame[4:]))
	if a.kind == produce {
		req := kmsg.NewPtrProduceRequest()
		req.SetVersion(a.version)
		rest, ok := afterClientID(frame[8:], req.IsFlexible())
		if !ok || req.ReadFrom(rest) != nil {
			return
		}
		var t usage.Tally
		for _, topic := range req.Topics {
			for _, p := range topic.Partitions {
				t = t.Plus(batches(p.Records))
			}
		}
		a.add = func() {
			k.meter.handle()
			k.meter.add(usage.Key{Service: "kafka", Operation: "produce"}, usage.Tally{Requests: 1, Items: t.Items, Out: t.Out})
		}
		if req.Acks == 0 { // there will be no answer
			a.add()
			return
		}
		a.wait = k.meter.stopwatch.begin("kafka", false)
	}
	k.mu.Lock()
	k.asked[id] = a
	k.mu.Unlock()
}

// answer reads the answer to one: correlation ID, tags, body.
func (k *kafkaConn) answer(frame []byte) {
	id := int32(binary.BigEndian.Uint32(frame))
	k.mu.Lock()
	a := k.asked[id]
	delete(k.asked, id)
	k.mu.Unlock()
	if a.kind == produce {
		k.meter.stopwatch.end(a.wait, nil)
		a.add()
		return
	}
	resp := kmsg.NewPtrFetchResponse()
	resp.SetVersion(a.version)
	rest, ok := frame[4:], true
	if resp.IsFlexible() {
		rest, ok = afterTags(rest)
	}
	if !ok || resp.ReadFrom(rest) != nil {
		return
	}
	var t usage.Tally
	for _, topic := range resp.Topics {
		for _, p := range topic.Partitions {
			t = t.Plus(batches(p.RecordBatches))
		}
	}
	if t.Items > 0 {
		k.meter.handle()
	}
	key := usage.Key{Service: "kafka", Operation: "fetch", Idle: t.Items == 0}
	k.meter.add(key, usage.Tally{Requests: 1, Items: t.Items, In: t.Out})
}

// batches counts the records and bytes of a row of record batches. A batch that is cut short, as the last one
// of a fetch may be, does not count. Batches older than magic 2 (Kafka 0.11) are ignored.
func batches(data []byte) (t usage.Tally) {
	const lengthAt, lengthEnd, magicAt, countAt, headEnd = 8, 12, 16, 57, 61
	for len(data) >= headEnd {
		size := lengthEnd + int(int32(binary.BigEndian.Uint32(data[lengthAt:])))
		if size < headEnd || size > len(data) || data[magicAt] != 2 {
			return t
		}
		t.Items += int64(int32(binary.BigEndian.Uint32(data[countAt:])))
		t.Out += int64(size)
		data = data[size:]
	}
	return t
}

// afterClientID skips the client ID, a string of 16 bit length or null, and the tags after it.
func afterClientID(b []byte, flexible bool) ([]byte, bool) {
	if len(b) < 2 {
		return nil, false
	}
	n := max(0, int(int16(binary.BigEndian.Uint16(b))))
	if len(b) < 2+n {
		return nil, false
	}
	if b = b[2+n:]; !flexible {
		return b, true
	}
	return afterTags(b)
}

// afterTags skips tagged fields: their number, and for each its tag, its length and its bytes.
func afterTags(b []byte) ([]byte, bool) {
	number := func() uint64 {
		v, n := binary.Uvarint(b)
		b = b[max(0, n):]
		return v
	}
	for range number() {
		number()
		n := number()
		if n > uint64(len(b)) {
			return nil, false
		}
		b = b[n:]
	}
	return b, true
}
