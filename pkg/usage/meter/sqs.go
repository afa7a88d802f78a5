package meter

import (
	"bytes"
	"encoding/json"
	"hash/maphash"

	"github.com/crashlab/crashlab/pkg/usage"
)

// origin is where a message in a queue came from.
type origin byte

const (
	ours  origin = iota + 1 // an instance sent it
	alien                   // it was received and no instance is known to have sent it
)

// delivered is the operation of messages that came from elsewhere.
const delivered = "SendMessage by others"

// sqs counts a call. Every call is billed, by chunks of its total payload.
func (m *Meter) sqs(c *call) {
	price := "sqs.standard"
	if bytes.HasSuffix(stringOf(c.Body, "QueueUrl"), []byte(".fifo")) {
		price = "sqs.fifo"
	}
	switch c.Operation {
	case "SendMessage", "SendMessageBatch":
		n := 1
		if c.Operation == "SendMessageBatch" {
			n = members(c.Body, "Id")
		}
		m.count(c, price, n, usage.Units(payload(c.Body, "MessageBody"), usage.MessageChunk))
		m.sent(c.answer, price)
	case "ReceiveMessage":
		n := members(c.answer, "ReceiptHandle")
		if n == 0 {
			m.idle(c, price)
			return
		}
		m.count(c, price, n, usage.Units(payload(c.answer, "Body"), usage.MessageChunk))
		m.received(c.answer, price)
	case "DeleteMessage", "ChangeMessageVisibility":
		m.count(c, price, 1, 1)
	case "DeleteMessageBatch", "ChangeMessageVisibilityBatch":
		m.count(c, price, members(c.Body, "Id"), 1)
	default:
		m.count(c, price, 0, 1)
	}
}

// payload returns the bytes of the bodies in a document, or of the whole document if that fits into a chunk
// anyway.
func payload(doc []byte, member string) int {
	if len(doc) <= usage.MessageChunk {
		return len(doc)
	}
	type message struct {
		MessageBody, Body string
		MessageAttributes map[string]struct {
			DataType, StringValue string
			BinaryValue           []byte
		}
	}
	var in struct {
		message
		Entries, Messages []message
	}
	if json.Unmarshal(doc, &in) != nil {
		return len(doc)
	}
	sum := 0
	for _, e := range append(append(in.Entries, in.Messages...), in.message) {
		if member == "Body" {
			sum += len(e.Body)
		} else {
			sum += len(e.MessageBody)
		}
		for name, a := range e.MessageAttributes {
			sum += len(name) + len(a.DataType) + len(a.StringValue) + len(a.BinaryValue)
		}
	}
	return sum
}

var seed = maphash.MakeSeed()

// sent records the messages in the answer to a send. One may have been received before that answer was read.
func (m *Meter) sent(answer []byte, price string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	stringsOf(answer, "MessageId", func(id []byte) {
		h := maphash.Bytes(seed, id)
		if m.messages[h] == alien {
			m.deliver(price, -1)
		}
		m.messages[h] = ours
	})
}

// received records the messages in the answer to a receive, and counts those from elsewhere once: a queue
// bills every sender.
func (m *Meter) received(answer []byte, price string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	stringsOf(answer, "MessageId", func(id []byte) {
		h := maphash.Bytes(seed, id)
		if m.messages[h] == 0 {
			m.messages[h] = alien
			m.deliver(price, 1)
		}
	})
}

func (m *Meter) deliver(price string, n int64) {
	k := usage.Key{Service: "sqs", Operation: delivered, Price: price}
	m.counts[k] = m.counts[k].Plus(usage.Tally{Requests: n, Items: n, Units: float64(n)})
}
