package link

import (
	"sync"

	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"
)

// chunkSize is the most that is read or written at once in a pipe.
const chunkSize = 32 << 10

// noop runs in a stub whose toxic has been removed.
var noop = &toxics.ToxicWrapper{Toxic: new(toxics.NoopToxic), Toxicity: 1}

// pipe is one direction of a connection under toxics: source → stubs → queue. The source is the writing
// instance, or a goroutine that reads the socket. A toxic is added in front. To remove it a noop takes its
// place, so that bytes in transit are undisturbed and no channel changes hands.
type pipe struct {
	conn  *conn
	way   Direction
	out   *queue
	prev  *pipe         // retired; its content comes out first
	stop  chan struct{} // closed when the source must give no more
	ended chan struct{} // closed when everything has come out
	gone  chan struct{} // closed when the connection no longer needs it

	send sync.Mutex // held while sending to head

	mu     sync.Mutex
	head   *entry // where the source sends
	closed bool   // head is
	end    error  // why the source gives no more
	stubs  []*stub
}

// entry is where a source sends. Once a toxic stands before it, only that toxic may send to it and close it,
// so senders leave it first.
type entry struct {
	ch      chan *stream.StreamChunk
	moved   chan struct{}  // closed when another entry has taken its place
	senders sync.WaitGroup // of the source; added to under pipe.mu while it is the head
}

func newEntry(size int) *entry {
	return &entry{ch: make(chan *stream.StreamChunk, size), moved: make(chan struct{})}
}

// stub is the place of one toxic in a pipe.
type stub struct {
	*toxics.ToxicStub
	owner  *Applied
	stream *Stream // as its toxic sees it
	active bool    // its toxic runs, or is about to

	mu sync.Mutex // held while the toxic is replaced
}

func newPipe(c *conn, way Direction, out *queue, prev *pipe) *pipe {
	p := &pipe{
		conn: c, way: way, out: out, prev: prev,
		stop:  make(chan struct{}),
		ended: make(chan struct{}),
		gone:  make(chan struct{}),
		head:  newEntry(0),
	}
	tail := p.head.ch
	c.link.table.group.spawn(func() { p.drain(tail) })
	return p
}

// drain moves the output of the last stub to the queue.
func (p *pipe) drain(tail <-chan *stream.StreamChunk) {
	if p.prev != nil {
		<-p.prev.ended
		p.prev = nil
	}
	for chunk := range tail {
		p.out.put(chunk.Data)
	}
	p.conn.drained(p)
	close(p.ended)
}

// prepend lays a toxic on everything that the source sends from now on.
func (p *pipe) prepend(owner *Applied, stream *Stream, t toxics.Toxic) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	size := 0
	if buffered, ok := t.(toxics.BufferedToxic); ok {
		size = buffered.GetBufferSize()
	}
	behind := p.head
	p.head = newEntry(size)
	close(behind.moved)
	s := &stub{ToxicStub: toxics.NewToxicStub(p.head.ch, behind.ch), owner: owner, stream: stream, active: true}
	if stateful, ok := t.(toxics.StatefulToxic); ok {
		s.State = stateful.NewState()
	}
	p.stubs = append(p.stubs, s)
	p.conn.link.table.group.spawn(func() {
		behind.senders.Wait()
		s.run(&toxics.ToxicWrapper{Toxic: t, Toxicity: 1})
	})
}

// run runs a toxic until it is interrupted or the stub is closed. After a toxic that closes the connection
// nothing reads the output of the stub before it, so run discards it.
func (s *stub) run(t *toxics.ToxicWrapper) {
	s.Run(t)
	if s.Closed() {
		for range s.Input {
		}
	}
}

// remove removes the toxics of owner, or all if owner is nil. Each returned channel closes when one is gone.
// empty reports whether none is left.
func (p *pipe) remove(owner *Applied) (gone []<-chan struct{}, empty bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	empty = true
	for _, s := range p.stubs {
		if !s.active {
			continue
		}
		if owner != nil && s.owner != owner {
			empty = false
			continue
		}
		s.active = false
		done := make(chan struct{})
		gone = append(gone, done)
		p.conn.link.table.group.spawn(func() {
			defer close(done)
			p.interrupt(s)
		})
	}
	return gone, empty
}

// interrupt replaces the toxic of s by a noop. It waits while the toxic passes on a chunk.
func (p *pipe) interrupt(s *stub) {
	bound := p.out.unbound() // a reader that doesn't read must not delay it
	defer bound()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.InterruptToxic() {
		return
	}
	if s.stream.hole.Load() {
		p.conn.abort()
	}
	p.conn.link.table.group.spawn(func() { s.run(noop) })
}

// shut tells the source to give no more, because of end. What is in transit still comes out. It reports
// whether it was the first to do so.
func (p *pipe) shut(end error) bool {
	if !p.setEnd(end) {
		return false
	}
	close(p.stop)
	if p.way == Requests {
		p.send.Lock()
		defer p.send.Unlock()
		p.closeHead()
	}
	return true
}

// setEnd records why the source gives no more, and reports whether it was the first to do so.
func (p *pipe) setEnd(end error) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.end != nil {
		return false
	}
	p.end = end
	return true
}

// why returns what setEnd recorded.
func (p *pipe) why() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.end
}

// closeHead sends the end after what was sent before. The caller must hold the source.
func (p *pipe) closeHead() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.closed = true
		close(p.head.ch)
	}
}

// give sends a chunk into the pipe and waits for room. It returns false, without having sent, if one of the
// other channels is closed first.
func (p *pipe) give(chunk *stream.StreamChunk, stop, deadline <-chan struct{}) bool {
	for {
		e := p.enter()
		select {
		case e.ch <- chunk:
			e.senders.Done()
			return true
		case <-e.moved:
			e.senders.Done()
		case <-stop:
			e.senders.Done()
			return false
		case <-deadline:
			e.senders.Done()
			return false
		}
	}
}

// enter returns the head, as one of its senders.
func (p *pipe) enter() *entry {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.head.senders.Add(1)
	return p.head
}
