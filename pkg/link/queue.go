package link

import (
	"errors"
	"os"
	"sync"
)

// queueLimit is how many unread bytes wait before the writer has to wait too, as with a socket's buffer.
const queueLimit = 256 << 10

// queue is the end of a pipe: bytes in order, then perhaps an end.
type queue struct {
	mu        sync.Mutex
	data      [][]byte
	size      int
	end       error         // a reader's error after the last byte; nil while more may come
	discarded bool          // nothing reads any more
	unbounded int           // while positive a writer never waits
	changed   chan struct{} // closed and replaced whenever one of the above changes
	deadline  *deadline     // of read
}

func newQueue(d *deadline) *queue {
	return &queue{changed: make(chan struct{}), deadline: d}
}

// broadcast wakes all waiters. The lock is held.
func (q *queue) broadcast() {
	close(q.changed)
	q.changed = make(chan struct{})
}

// put appends b, which it keeps. It waits for room.
func (q *queue) put(b []byte) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.size >= queueLimit && q.unbounded == 0 && !q.discarded {
		changed := q.changed
		q.mu.Unlock()
		<-changed
		q.mu.Lock()
	}
	if q.discarded || len(b) == 0 || q.end != nil && !errors.Is(q.end, errRetired) {
		return // nothing follows an end: a toxic may have left a gap before b
	}
	q.data = append(q.data, b)
	q.size += len(b)
	q.broadcast()
}

// read fills b with available bytes. It waits for the first byte, the end or the deadline.
func (q *queue) read(b []byte) (int, error) {
	for {
		n, changed, err := q.take(b)
		if n > 0 || err != nil {
			return n, err
		}
		select {
		case <-changed:
		case <-q.deadline.wait():
			return 0, os.ErrDeadlineExceeded
		}
	}
}

func (q *queue) take(b []byte) (int, <-chan struct{}, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	select {
	case <-q.deadline.wait():
		return 0, nil, os.ErrDeadlineExceeded
	default:
	}
	n := 0
	for n < len(b) && len(q.data) > 0 {
		m := copy(b[n:], q.data[0])
		n += m
		if m < len(q.data[0]) {
			q.data[0] = q.data[0][m:]
			break
		}
		q.data[0] = nil
		q.data = q.data[1:]
	}
	if n > 0 {
		q.size -= n
		q.broadcast()
		return n, nil, nil
	}
	return 0, q.changed, q.end
}

// finish gives the queue its end, unless it has one. A nil end opens it again.
func (q *queue) finish(end error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.end == nil || end == nil && errors.Is(q.end, errRetired) {
		q.end = end
	}
	q.broadcast()
}

// retired reports whether everything has been read and the pipe is gone.
func (q *queue) retired() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.data) == 0 && errors.Is(q.end, errRetired)
}

// discard drops all bytes, present and future.
func (q *queue) discard() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.data, q.size, q.discarded = nil, 0, true
	q.broadcast()
}

// unbound lets writers pass without waiting until the returned function is called.
func (q *queue) unbound() (bound func()) {
	q.add(1)
	return func() { q.add(-1) }
}

func (q *queue) add(n int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.unbounded += n
	q.broadcast()
}
