package sqs

import (
	"container/heap"
	"strings"
	"time"

	"github.com/crashlab/crashlab/pkg/awslocal/api"
)

// queue is one queue. Its methods move messages between states; the service's lock is held.
type queue struct {
	scope     api.Scope
	name, arn string
	settings
	tags map[string]string

	created, modified time.Time

	messages map[string]*message // by message id, whatever their state
	visible  visibleSet          // those that can be received
	timed    messageHeap         // delayed and in flight, by due
	counts   [inFlight + 1]int   // by state
	expiry   time.Time           // no message's retention ends before this

	waiters []chan struct{} // long polls, longest waiting first
	deleted bool
}

// visibleSet holds a queue's visible messages and decides which is handed out next.
type visibleSet interface {
	put(m *message)
	remove(m *message)
	// take passes messages in order to want until want has returned true limit times or no more can be
	// received. A message that want has seen is no longer in the set.
	take(limit int, want func(m *message) (counted bool))
	// lock and unlock report that a message went in flight, and that it no longer is.
	lock(m *message)
	unlock(m *message)
}

func newQueue(scope api.Scope, name string, now time.Time) *queue {
	q := &queue{
		scope: scope, name: name, arn: arnOf(scope, name),
		settings: defaults(), created: now, modified: now,
		messages: map[string]*message{},
		timed:    messageHeap{before: byDue},
	}
	if strings.HasSuffix(name, ".fifo") {
		q.visible = newFIFOSet()
		q.fifo = newFIFOState()
	} else {
		q.visible = newStandardSet()
	}
	return q
}

// add adds a new message; it becomes visible after delay.
func (q *queue) add(m *message, now time.Time, delay time.Duration) {
	q.messages[m.id] = m
	if end := m.sent.Add(q.retention); q.expiry.IsZero() || end.Before(q.expiry) {
		q.expiry = end
	}
	if delay > 0 {
		m.due = now.Add(delay)
		q.enter(m, delayed)
	} else {
		q.enter(m, visible)
	}
	q.wake()
}

// take passes visible messages to want as visibleSet.take does. Inside want a message has no state: want must
// hide, drop or move it.
func (q *queue) take(limit int, want func(m *message) (counted bool)) {
	q.visible.take(limit, func(m *message) bool {
		q.counts[visible]--
		m.state = gone
		return want(m)
	})
}

// hide puts a received message in flight until due.
func (q *queue) hide(m *message, due time.Time) {
	m.due = due
	q.enter(m, inFlight)
}

// show makes a message that is in flight or delayed visible.
func (q *queue) show(m *message) {
	q.leave(m)
	q.enter(m, visible)
}

// postpone changes when a message in flight or delayed becomes visible.
func (q *queue) postpone(m *message, due time.Time) {
	m.due = due
	heap.Fix(&q.timed, m.index)
}

// drop removes a message from the queue.
func (q *queue) drop(m *message) {
	q.leave(m)
	delete(q.messages, m.id)
	m.state = gone
	if len(q.messages) == 0 {
		q.expiry = time.Time{}
	}
}

// enter and leave keep the heaps, the visible set and the counts in step with a message's state.
func (q *queue) enter(m *message, s state) {
	m.state = s
	q.counts[s]++
	switch s {
	case visible:
		q.visible.put(m)
	case inFlight:
		heap.Push(&q.timed, m)
		q.visible.lock(m)
	default:
		heap.Push(&q.timed, m)
	}
}

func (q *queue) leave(m *message) {
	if m.state == gone {
		return
	}
	q.counts[m.state]--
	switch m.state {
	case visible:
		q.visible.remove(m)
	case inFlight:
		heap.Remove(&q.timed, m.index)
		q.visible.unlock(m)
	default:
		heap.Remove(&q.timed, m.index)
	}
}

// advance applies what has become due: ended delays and visibility timeouts, expired retention.
func (q *queue) advance(now time.Time) {
	for q.timed.Len() > 0 && !q.timed.items[0].due.After(now) {
		q.show(q.timed.items[0])
	}
	if !q.expiry.IsZero() && !q.expiry.After(now) {
		q.expire(now)
	}
}

// expire drops messages older than the retention period and computes when to look again.
func (q *queue) expire(now time.Time) {
	q.expiry = time.Time{}
	for _, m := range q.messages {
		end := m.sent.Add(q.retention)
		if !end.After(now) {
			q.drop(m)
		} else if q.expiry.IsZero() || end.Before(q.expiry) {
			q.expiry = end
		}
	}
}

// purge drops every message.
func (q *queue) purge() {
	for _, m := range q.messages {
		q.drop(m)
	}
}
