package link

import (
	"errors"
	"io"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/Shopify/toxiproxy/v2/stream"

	"github.com/crashlab/crashlab/pkg/loopback"
)

// This file changes the two directions of a connection from direct to a pipe and back, and ends the
// connection.

// add lays the toxic of a on the connection, if it matches.
func (c *conn) add(a *Applied) {
	t := a.toxic
	if t.Pipe == nil || !t.picks(c.link, c.ordinal) {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for way := Answers; way <= Requests; way++ {
		if !t.Direction.covers(way) {
			continue
		}
		if p := c.engage(way); p != nil {
			s := &Stream{conn: c, way: way, seed: t.Seed}
			p.prepend(a, s, t.Pipe(s))
		}
	}
}

// remove removes the toxic of a. Each returned channel closes when one is gone.
func (c *conn) remove(a *Applied) (gone []<-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for way := range c.flows {
		p := c.flows[way].pipe.Load()
		if p == nil {
			continue
		}
		removed, empty := p.remove(a)
		gone = append(gone, removed...)
		if empty && p.shut(errRetired) && p.way == Answers {
			c.raw.SetReadDeadline(past) // interrupts the pump's read
		}
	}
	return gone
}

// engage returns the pipe of one direction and lays one if it is direct. It returns nil if nothing more will
// travel that way. The caller holds c.mu.
func (c *conn) engage(way Direction) *pipe {
	if c.over {
		return nil
	}
	f := &c.flows[way]
	old := f.pipe.Load()
	if old != nil {
		switch why := old.why(); {
		case why == nil:
			return old
		case errors.Is(why, errRetired):
			f.queue.finish(nil)
		default:
			return nil
		}
	}
	p := newPipe(c, way, f.queue, old)
	f.deadline.set(f.at)
	f.pipe.Store(p)
	if old != nil {
		close(old.gone)
	}
	if way == Answers {
		c.raw.SetReadDeadline(past) // interrupts the instance's read
		c.link.table.group.spawn(func() { c.pump(p, old) })
		return p
	}
	if !c.flushing {
		c.flushing = true
		c.raw.SetWriteDeadline(past)
		c.link.table.group.spawn(c.flush)
	}
	return p
}

// disengage makes a direction direct again if its pipe is retired and empty. The caller holds c.mu.
func (c *conn) disengage(way Direction) bool {
	f := &c.flows[way]
	p := f.pipe.Load()
	if p == nil || !errors.Is(p.why(), errRetired) || !f.queue.retired() {
		return false
	}
	if way == Answers {
		c.raw.SetReadDeadline(f.at)
	} else {
		c.raw.SetWriteDeadline(f.at)
	}
	f.queue.finish(nil)
	f.pipe.Store(nil)
	close(p.gone)
	return true
}

// drained is called when everything has come out of p.
func (c *conn) drained(p *pipe) {
	c.mu.Lock()
	f := &c.flows[p.way]
	end := p.why()
	cutShort := c.cutShort[p.way].Load() || end == nil
	switch {
	case cutShort && p.way == Answers:
		f.queue.finish(io.EOF)
	case cutShort:
		f.queue.finish(errByToxic)
	case !errors.Is(end, errRetired):
		f.queue.finish(end)
	case f.pipe.Load() == p:
		f.queue.finish(errRetired)
	}
	c.mu.Unlock()
	if cutShort && p.way == Answers {
		c.end(c.closedByToxic(), false)
	}
}

// closedByToxic is the fate of a connection that a toxic has closed without a reset.
func (c *conn) closedByToxic() *fate {
	c.link.closes.Add(1)
	return &fate{io.EOF, c.opError("write", os.NewSyscallError("write", syscall.EPIPE))}
}

// pump reads the socket into p until p is to take no more.
func (c *conn) pump(p, old *pipe) {
	defer p.closeHead()
	if old != nil {
		<-old.ended
	}
	c.flows[Answers].await()
	c.mu.Lock()
	if p.why() == nil {
		c.raw.SetReadDeadline(time.Time{})
	}
	c.mu.Unlock()
	buf := make([]byte, chunkSize)
	for {
		n, err := c.raw.Read(buf)
		if n > 0 {
			p.give(&stream.StreamChunk{Data: append([]byte(nil), buf[:n]...), Timestamp: time.Now()}, nil, nil)
		}
		if err != nil {
			p.setEnd(err)
			return
		}
	}
}

// flush writes the output of the request pipes to the socket.
func (c *conn) flush() {
	f := &c.flows[Requests]
	f.await()
	c.raw.SetWriteDeadline(time.Time{})
	buf := make([]byte, chunkSize)
	for {
		n, err := f.queue.read(buf)
		if n > 0 {
			if _, err := c.raw.Write(buf[:n]); err != nil {
				c.end(&fate{c.resetError("read"), c.opError("write", os.NewSyscallError("write", syscall.EPIPE))}, true)
			}
			continue
		}
		if c.flushed(err) {
			return
		}
	}
}

// flushed is called when all requests of a pipe are on the socket, and reports whether there are no more.
func (c *conn) flushed(end error) bool {
	c.mu.Lock()
	closing := c.closing
	if errors.Is(end, errRetired) && !closing && !c.over && !c.disengage(Requests) {
		c.mu.Unlock()
		return false // a new pipe was laid meanwhile
	}
	c.flushing = false
	c.mu.Unlock()
	switch {
	case errors.Is(end, errByToxic):
		c.end(c.closedByToxic(), false)
	case errors.Is(end, errClosed) || closing:
		c.end(nil, false)
	case errors.Is(end, errHalfClosed):
		if half, ok := c.raw.(interface{ CloseWrite() error }); ok {
			half.CloseWrite()
		}
	}
	return true
}

// abort resets the connection.
func (c *conn) abort() {
	c.link.resets.Add(1)
	c.end(&fate{c.resetError("read"), c.resetError("write")}, true)
}

// end closes the socket and removes all toxics. The instance sees fate from now on; it is nil if the instance
// closed it.
func (c *conn) end(f *fate, reset bool) {
	c.mu.Lock()
	if c.over {
		if reset { // a toxic has lost bytes that could still be read
			c.flows[Answers].queue.discard()
		}
		c.mu.Unlock()
		return
	}
	c.over = true
	c.fate.Store(f)
	if reset {
		loopback.Reset(c.raw)
	} else {
		c.raw.Close()
	}
	for way := range c.flows {
		fl := &c.flows[way]
		if f != nil && errors.Is(f.read, io.EOF) && Direction(way) == Answers {
			fl.queue.unbound() // what is left is finite, and may still be read
		} else {
			fl.queue.finish(net.ErrClosed)
			fl.queue.discard()
		}
		if p := fl.pipe.Load(); p != nil {
			p.shut(errClosed)
			p.remove(nil)
		}
	}
	c.mu.Unlock()
	close(c.done)
	c.link.forget(c)
}
