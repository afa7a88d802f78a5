package link

import (
	"time"

	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"
)

// throttle is Bandwidth at work. Toxiproxy's counts in kilobytes a second and sends what it has
// in hand in one piece of up to 100 ms; this one sends a piece every 10 ms.
type throttle struct {
	conn  *conn
	rate  int64 // bytes a second
	ready time.Time
}

const pieceTime = 10 * time.Millisecond

func (t *throttle) Pipe(stub *toxics.ToxicStub) {
	piece := max(1, int(t.rate*int64(pieceTime)/int64(time.Second)))
	for {
		select {
		case <-stub.Interrupt:
			return
		case c := <-stub.Input:
			if c == nil {
				stub.Close()
				return
			}
			for len(c.Data) > 0 {
				n := min(piece, len(c.Data))
				if !t.wait(stub, n) {
					stub.Output <- c
					return
				}
				stub.Output <- &stream.StreamChunk{Data: c.Data[:n], Timestamp: time.Now()}
				c.Data = c.Data[n:]
			}
		}
	}
}

// wait returns true when n more bytes may pass, and false if the toxic is interrupted.
func (t *throttle) wait(stub *toxics.ToxicStub, n int) bool {
	now := time.Now()
	if t.ready.Before(now) {
		t.ready = now
	}
	t.ready = t.ready.Add(time.Duration(int64(n) * int64(time.Second) / t.rate))
	asked := t.ready.Sub(now) // a timer that is late is not the bandwidth's doing
	timer := time.NewTimer(asked)
	defer timer.Stop()
	select {
	case <-timer.C:
		t.conn.link.held.Add(int64(asked))
		return true
	case <-stub.Interrupt:
		return false
	}
}
