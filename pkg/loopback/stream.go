package loopback

import (
	"io"
	"os"
	"sync"
	"syscall"
	"time"
)

// window is how many unread bytes a direction holds; further writes wait.
const window = 256 << 10

// hop is how long a byte, and a dial, takes: about as long as on the kernel's loopback. Without it a loop
// over the network, such as a worker that returns a message and gets it again, would take no time at all. In
// virtual time it would never end.
const hop = 50 * time.Microsecond

// stream is one direction of a connection.
type stream struct {
	mu      sync.Mutex
	changed sync.Cond
	data    []byte // from read on: written and not read
	read    int
	due     time.Time // when data can be read
	arrival *time.Timer
	ended   bool // no more will be written
	left    bool // no more will be read
	broken  bool // reset, by either end
	reader  deadline
	writer  deadline
}

func newStream() *stream {
	s := new(stream)
	s.changed.L = &s.mu
	return s
}

// deadline is when a wait ends.
type deadline struct {
	at    time.Time
	timer *time.Timer
}

func (d *deadline) past() bool { return !d.at.IsZero() && !time.Now().Before(d.at) }

// setDeadline sets one of the stream's two deadlines; the zero time means never.
func (s *stream) setDeadline(d *deadline, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d.at = at
	if d.timer != nil {
		d.timer.Stop()
	}
	switch left := time.Until(at); {
	case at.IsZero():
	case left <= 0:
		s.changed.Broadcast()
	case d.timer == nil:
		d.timer = time.AfterFunc(left, s.wake)
	default:
		d.timer.Reset(left)
	}
}

func (s *stream) wake() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.changed.Broadcast()
}

func (s *stream) take(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.left:
			return 0, os.ErrClosed
		case s.reader.past():
			return 0, os.ErrDeadlineExceeded
		case s.broken:
			return 0, os.NewSyscallError("read", syscall.ECONNRESET)
		case s.read < len(s.data) && !time.Now().Before(s.due):
			n := copy(b, s.data[s.read:])
			if s.read += n; s.read == len(s.data) {
				s.data, s.read = s.data[:0], 0
			}
			s.changed.Broadcast()
			return n, nil
		case s.ended && s.read == len(s.data):
			return 0, io.EOF
		case len(b) == 0:
			return 0, nil
		}
		s.changed.Wait()
	}
}

func (s *stream) put(b []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.ended:
			return n, os.ErrClosed
		case s.writer.past():
			return n, os.ErrDeadlineExceeded
		case s.broken:
			return n, os.NewSyscallError("write", syscall.ECONNRESET)
		case s.left:
			return n, os.NewSyscallError("write", syscall.EPIPE)
		case n == len(b):
			return n, nil
		}
		if room := window - (len(s.data) - s.read); room > 0 {
			if s.read > 0 && len(s.data)+room > cap(s.data) {
				s.data, s.read = s.data[:copy(s.data, s.data[s.read:])], 0
			}
			if s.read == len(s.data) {
				s.due = time.Now().Add(hop)
				if s.arrival == nil {
					s.arrival = time.AfterFunc(hop, s.wake)
				} else {
					s.arrival.Reset(hop)
				}
			}
			m := min(room, len(b)-n)
			s.data = append(s.data, b[n:n+m]...)
			n += m
			continue
		}
		s.changed.Wait()
	}
}

// end is called by the writer: what was written can still be read.
func (s *stream) end() { s.set(&s.ended, &s.writer) }

// leave is called by the reader: unread bytes are lost.
func (s *stream) leave() {
	s.set(&s.left, &s.reader)
}

// reset loses everything, for both ends.
func (s *stream) reset() { s.set(&s.broken, nil) }

func (s *stream) set(state *bool, d *deadline) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*state = true
	if s.left || s.broken {
		s.data, s.read = nil, 0
	}
	if d != nil && d.timer != nil {
		d.timer.Stop()
	}
	s.changed.Broadcast()
}

// unread reports the state of the socket: whether there are bytes to be read, and whether the other end is
// gone.
func (s *stream) unread() (bytes, over bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.read < len(s.data), s.ended || s.broken || s.left
}
