package link

import (
	"math/rand/v2"
	"sync/atomic"
	"time"
)

// Stream is one direction of one connection, for the toxic that is laid into it. A toxic reports through it
// what it does besides passing chunks on.
type Stream struct {
	conn *conn
	way  Direction
	seed uint64
	hole atomic.Bool // the toxic has swallowed bytes
}

// Rand returns a random source. It is the same for the same seed, link, connection (by its place in the order
// of dials) and direction.
func (s *Stream) Rand() *rand.Rand {
	l := s.conn.link
	return rand.New(rand.NewPCG(hash(s.seed, l.from, l.name(), s.conn.ordinal), uint64(s.way)))
}

// Delayed counts that something was delayed.
func (s *Stream) Delayed() { s.conn.link.delayed.Add(1) }

// Held counts how long bytes had to wait for their turn.
func (s *Stream) Held(d time.Duration) { s.conn.link.held.Add(int64(d)) }

// ClosedLate counts that an end was delayed.
func (s *Stream) ClosedLate() { s.conn.link.lateCloses.Add(1) }

// Swallow reports that the toxic has lost n bytes. When it is removed the connection is reset: a stream with
// a gap can't go on.
func (s *Stream) Swallow(n int) {
	s.hole.Store(true)
	s.conn.link.swallowed.Add(int64(n))
}

// CutShort reports that nothing follows what the toxic has passed on. The toxic closes its stub next, and the
// connection is closed once everything has come through.
func (s *Stream) CutShort() { s.conn.cutShort[s.way].Store(true) }

// Reset resets the connection. The toxic closes its stub next.
func (s *Stream) Reset() { s.conn.abort() }
