package link

import (
	"encoding/binary"
	"hash/fnv"
	"sync"
	"sync/atomic"
	"time"
)

// Link describes the connections from one instance to one address.
type Link struct {
	From string // the dialing instance
	To   string // name of what it dials, or its address if it has no name
	Addr string // host:port

	Open    int   // connections that the instance holds
	Dials   int64 // attempts, including refused and failed ones
	Refused int64 // dials that a cut refused
	Failed  int64 // dials that failed for any other reason
	Resets  int64 // connections reset by a fault or a crash
	Closed  int64 // connections closed by a fault without a reset

	Swallowed  int64         // bytes that a toxic has lost
	LateCloses int64         // connection ends that a toxic has delayed
	Delayed    int64         // times that a toxic has delayed something
	Held       time.Duration // how long bytes had to wait for their turn, in total

	Sent int64 // bytes that the instance wrote
	Got  int64 // bytes that the instance read
}

// link is the connections from one instance to one address.
type link struct {
	table *Table
	from  string
	addr  string
	to    atomic.Pointer[string] // name

	resets, closes, swallowed, lateCloses, delayed, held atomic.Int64

	dials, refused, failed int64 // under Table.mu

	mu        sync.Mutex
	conns     map[*conn]struct{}
	sent, got int64 // of closed connections
}

func (l *link) name() string { return *l.to.Load() }

// open returns the connections whose sockets are open.
func (l *link) open() []*conn {
	l.mu.Lock()
	defer l.mu.Unlock()
	conns := make([]*conn, 0, len(l.conns))
	for c := range l.conns {
		conns = append(conns, c)
	}
	return conns
}

func (l *link) remember(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns[c] = struct{}{}
}

// forget drops a connection whose socket is closed.
func (l *link) forget(c *conn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
	l.got += c.bytes[Answers].Load()
	l.sent += c.bytes[Requests].Load()
}

// stats returns the link for Table.Links. The caller holds Table.mu.
func (l *link) stats() Link {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := Link{
		From: l.from, To: l.name(), Addr: l.addr,
		Dials: l.dials, Refused: l.refused, Failed: l.failed,
		Resets: l.resets.Load(), Closed: l.closes.Load(), Swallowed: l.swallowed.Load(),
		LateCloses: l.lateCloses.Load(), Delayed: l.delayed.Load(), Held: time.Duration(l.held.Load()), Sent: l.sent,
		Got: l.got,
	}
	for c := range l.conns {
		s.Got += c.bytes[Answers].Load()
		s.Sent += c.bytes[Requests].Load()
		if !c.closed() {
			s.Open++
		}
	}
	return s
}

// hash is a random number for the n-th connection from one name to another under a seed, uniform over all
// bits and the same on every machine.
func hash(seed uint64, from, to string, n uint64) uint64 {
	h := fnv.New64a()
	h.Write(binary.LittleEndian.AppendUint64(nil, seed))
	h.Write([]byte(from + "\x00" + to + "\x00"))
	h.Write(binary.LittleEndian.AppendUint64(nil, n))
	x := h.Sum64() // its high bits are poor; mix them (the finalizer of splitmix64)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
