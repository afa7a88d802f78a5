package sqs

import (
	"strconv"
	"time"
)

// state is the state of a message.
type state int

const (
	gone     state = iota // deleted, expired, moved or not yet sent
	delayed               // sent, not visible before due
	visible               // can be received
	inFlight              // received, visible again at due
)

// message is one message in one queue.
type message struct {
	id         string
	body       string
	attributes map[string]attributeValue
	trace      string // AWSTraceHeader, the only system attribute that senders set
	sender     string // account

	bodyMD5       string
	attributesMD5 string // empty without attributes

	group, dedup, sequence string // FIFO; group also on standard queues
	source                 string // ARN of the queue it was dead-lettered from

	order uint64 // order in which the service accepted the messages; kept over receives
	sent  time.Time

	state    state
	due      time.Time // when delayed or inFlight ends
	index    int       // in the heap of its state
	receives int       // by this queue, what maxReceiveCount counts
	received time.Time // last receive
	first    time.Time // first receive

	// earlier counts receives in previous queues: ApproximateReceiveCount spans queues.
	earlier int
}

// systemAttributes are the attributes that SQS itself keeps of the message.
func (m *message) systemAttributes() map[string]string {
	out := map[string]string{
		"SenderId":                m.sender,
		"SentTimestamp":           millis(m.sent),
		"ApproximateReceiveCount": strconv.Itoa(m.earlier + m.receives),
	}
	if !m.first.IsZero() {
		out["ApproximateFirstReceiveTimestamp"] = millis(m.first)
	}
	for name, value := range map[string]string{
		"MessageGroupId": m.group, "MessageDeduplicationId": m.dedup, "SequenceNumber": m.sequence,
		"AWSTraceHeader": m.trace, "DeadLetterQueueSourceArn": m.source,
	} {
		if value != "" {
			out[name] = value
		}
	}
	return out
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

// messageHeap is a container/heap of messages that know their index, so that any of them can be removed.
type messageHeap struct {
	before func(a, b *message) bool
	items  []*message
}

func byOrder(a, b *message) bool { return a.order < b.order }

func byDue(a, b *message) bool {
	if a.due.Equal(b.due) {
		return a.order < b.order
	}
	return a.due.Before(b.due)
}

func (h *messageHeap) Len() int           { return len(h.items) }
func (h *messageHeap) Less(i, j int) bool { return h.before(h.items[i], h.items[j]) }

func (h *messageHeap) Swap(i, j int) {
	h.items[i], h.items[j] = h.items[j], h.items[i]
	h.items[i].index, h.items[j].index = i, j
}

func (h *messageHeap) Push(x any) {
	m := x.(*message)
	m.index = len(h.items)
	h.items = append(h.items, m)
}

func (h *messageHeap) Pop() any {
	last := len(h.items) - 1
	m := h.items[last]
	h.items[last] = nil
	h.items = h.items[:last]
	return m
}
