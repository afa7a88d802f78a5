package link

import (
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// Stream is one direction of one connection, as the toxic knows it that is laid into it. Through it a
// toxic says what it does beyond handing chunks on.
type Stream struct {
	conn *conn
	way  Direction
	seed uint64
	hole atomic.Bool // the toxic has swallowed bytes
}

// Rand returns a source of chance: the same for the same seed, link, place of the connection in the
// order of the link's dials, and direction.
func (s *Stream) Rand() *rand.Rand {
	l := s.conn.link
	return rand.New(rand.NewPCG(hash(s.seed, l.from, l.name(), s.conn.ordinal), uint64(s.way)))
}

// Delayed counts that something was held back.
func (s *Stream) Delayed() { s.conn.link.delayed.Add(1) }

// Held counts for how long bytes had to wait for their turn.
func (s *Stream) Held(d time.Duration) { s.conn.link.held.Add(int64(d)) }

// ClosedLate counts that an end was held back.
func (s *Stream) ClosedLate() { s.conn.link.lateCloses.Add(1) }

// Swallow says that the toxic has lost n bytes. When it is taken out, the connection is reset: a stream
// with a hole in it can't go on.
func (s *Stream) Swallow(n int) {
	s.hole.Store(true)
	s.conn.link.swallowed.Add(int64(n))
}

// CutShort says that nothing follows what the toxic has handed on: it closes its stub next, and the
// connection is closed once all has come through.
func (s *Stream) CutShort() { s.conn.cutShort[s.way].Store(true) }

// Reset resets the connection. The toxic closes its stub next.
func (s *Stream) Reset() { s.conn.abort() }
