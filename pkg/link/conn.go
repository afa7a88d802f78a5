package link

import (
	"errors"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/Shopify/toxiproxy/v2/stream"
)

// past is a deadline that interrupts all calls on a socket.
var past = time.Unix(1, 0)

// conn is one connection of a link, as the instance holds it.
type conn struct {
	link    *link
	ordinal uint64 // place in the order of the link's dials, from 0
	raw     net.Conn

	flows    [2]flow              // by Answers, Requests
	writing  sync.Mutex           // one Write at a time, in either mode
	fate     atomic.Pointer[fate] // set when a fault has ended the connection
	cutShort [2]atomic.Bool       // a toxic has closed a direction; later bytes are lost
	done     chan struct{}        // closed with the socket
	bytes    [2]atomic.Int64      // read and written by the instance

	mu       sync.Mutex // guards what follows, and the change of flows between direct and pipe
	closing  bool       // the instance has closed it
	over     bool       // the socket is closed
	flushing bool       // the goroutine that writes requests to the socket runs
}

// fate is the end that a fault gave a connection.
type fate struct{ read, write error }

func newConn(l *link, ordinal uint64, raw net.Conn) *conn {
	c := &conn{link: l, ordinal: ordinal, raw: raw, done: make(chan struct{})}
	for way := range c.flows {
		f := &c.flows[way]
		f.left = make(chan struct{}, 1)
		f.deadline = newDeadline()
	}
	c.flows[Answers].queue = newQueue(c.flows[Answers].deadline)
	c.flows[Requests].queue = newQueue(newDeadline()) // read only by our goroutine, which has no deadline
	return c
}

// Read reads from the socket, or from the end of the pipe that reads it.
func (c *conn) Read(b []byte) (int, error) {
	f := &c.flows[Answers]
	for {
		if f.enter() {
			n, err := c.raw.Read(b)
			kicked := f.pipe.Load() != nil
			f.leave()
			if n == 0 && kicked && errors.Is(err, os.ErrDeadlineExceeded) {
				continue
			}
			if n == 0 && errors.Is(err, os.ErrDeadlineExceeded) && c.closed() {
				err = c.opError("read", net.ErrClosed)
			}
			c.bytes[Answers].Add(int64(n))
			return n, c.explain(err, false)
		}
		n, err := f.queue.read(b)
		if errors.Is(err, errRetired) {
			c.mu.Lock()
			c.disengage(Answers)
			c.mu.Unlock()
			continue
		}
		c.bytes[Answers].Add(int64(n))
		if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, net.ErrClosed) {
			err = c.opError("read", err)
		}
		return n, c.explain(err, false)
	}
}

// Write writes to the socket, or into the pipe that writes it.
func (c *conn) Write(b []byte) (n int, err error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	defer func() { c.bytes[Requests].Add(int64(n)) }()
	f := &c.flows[Requests]
	for {
		var m int
		if f.enter() {
			m, err = c.raw.Write(b[n:])
			kicked := f.pipe.Load() != nil
			f.leave()
			n += m
			if n < len(b) && kicked && errors.Is(err, os.ErrDeadlineExceeded) {
				continue
			}
			return n, c.explain(err, true)
		}
		p := f.pipe.Load()
		if p == nil {
			continue
		}
		m, err = c.send(p, b[n:])
		n += m
		if !errors.Is(err, errRetired) {
			return n, c.explain(err, true)
		}
		// The pipe's content is written first; then the socket, or the next pipe, is ours.
		select {
		case <-p.gone:
		case <-c.done:
			return n, c.explain(c.opError("write", net.ErrClosed), true)
		case <-f.deadline.wait():
			return n, c.opError("write", os.ErrDeadlineExceeded)
		}
	}
}

// send puts b into p chunk by chunk.
func (c *conn) send(p *pipe, b []byte) (n int, err error) {
	p.send.Lock()
	defer p.send.Unlock()
	deadline := c.flows[Requests].deadline
	for {
		past := deadline.wait()
		select {
		case <-past:
			return n, c.opError("write", os.ErrDeadlineExceeded)
		case <-p.stop:
			return n, c.stopped(p)
		default:
		}
		if n == len(b) {
			return n, nil
		}
		piece := b[n:min(n+chunkSize, len(b))]
		chunk := &stream.StreamChunk{Data: append([]byte(nil), piece...), Timestamp: time.Now()}
		if p.give(chunk, p.stop, past) {
			n += len(piece)
		}
	}
}

// stopped returns the error of a write into a pipe that takes no more.
func (c *conn) stopped(p *pipe) error {
	switch end := p.why(); {
	case errors.Is(end, errRetired):
		return errRetired
	case errors.Is(end, errHalfClosed):
		return c.opError("write", os.NewSyscallError("write", syscall.EPIPE))
	default:
		return c.opError("write", net.ErrClosed)
	}
}

// explain returns the error that the fault wants the instance to see.
func (c *conn) explain(err error, write bool) error {
	f := c.fate.Load()
	if err == nil || f == nil {
		return err
	}
	if write {
		return f.write
	}
	return f.read
}

// Close closes the connection as the kernel would: at once for the instance; for the other end after
// everything written before has arrived.
func (c *conn) Close() error {
	c.mu.Lock()
	if c.closing {
		c.mu.Unlock()
		return c.opError("close", net.ErrClosed)
	}
	c.closing = true
	answers := &c.flows[Answers]
	answers.queue.finish(net.ErrClosed)
	answers.queue.discard()
	later := false
	if p := c.flows[Requests].pipe.Load(); p != nil && !c.over {
		p.shut(errClosed)
		later = c.flushing
	}
	if later && answers.pipe.Load() == nil {
		_ = c.raw.SetReadDeadline(time.Unix(1, 0)) // the socket stays open for now, and a reader must not wait for that
	}
	c.mu.Unlock()
	if !later {
		c.end(nil, false)
	}
	return nil
}

// CloseWrite tells the other end that no more requests follow those already written.
func (c *conn) CloseWrite() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.flows[Requests].pipe.Load(); p != nil && p.shut(errHalfClosed) {
		return nil
	}
	half, ok := c.raw.(interface{ CloseWrite() error })
	if !ok {
		return c.opError("close", errors.ErrUnsupported)
	}
	return half.CloseWrite()
}

func (c *conn) LocalAddr() net.Addr  { return c.raw.LocalAddr() }
func (c *conn) RemoteAddr() net.Addr { return c.raw.RemoteAddr() }

func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *conn) SetReadDeadline(t time.Time) error {
	return c.setDeadline(Answers, t, c.raw.SetReadDeadline)
}

func (c *conn) SetWriteDeadline(t time.Time) error {
	return c.setDeadline(Requests, t, c.raw.SetWriteDeadline)
}

// setDeadline sets the instance's deadline where its calls wait: at the socket or at the pipe.
func (c *conn) setDeadline(way Direction, t time.Time, direct func(time.Time) error) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	f := &c.flows[way]
	f.at = t
	if f.pipe.Load() == nil {
		return c.explain(direct(t), way == Requests)
	}
	f.deadline.set(t)
	return nil
}

// closed reports whether the instance has closed it.
func (c *conn) closed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing || c.over
}
