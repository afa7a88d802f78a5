package link

import (
	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"
)

// limit is LimitData at work. Toxiproxy's counts the bytes of a chunk after it has handed it on,
// when the next toxic may already have cut it up.
type limit struct {
	conn *conn
	way  Direction
	left int64
}

func (t *limit) Pipe(stub *toxics.ToxicStub) {
	for {
		select {
		case <-stub.Interrupt:
			return
		case c := <-stub.Input:
			if c == nil {
				stub.Close()
				return
			}
			n := min(t.left, int64(len(c.Data)))
			t.left -= n
			stub.Output <- &stream.StreamChunk{Data: c.Data[:n], Timestamp: c.Timestamp}
			if t.left == 0 {
				t.conn.cutShort[t.way].Store(true)
				stub.Close()
				return
			}
		}
	}
}
