package link

import (
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"
)

// reset is Reset at work. Toxiproxy's own resets only connections that were opened after it was
// added, and can't be interrupted while it waits.
type reset struct {
	conn  *conn
	after time.Duration
}

func (t *reset) Pipe(stub *toxics.ToxicStub) {
	select {
	case <-stub.Interrupt:
		return
	case c := <-stub.Input:
		if c == nil {
			stub.Close()
			return
		}
		t.conn.lost.Store(true)
	}
	timer := time.NewTimer(t.after)
	defer timer.Stop()
	for {
		select {
		case <-stub.Interrupt:
			return
		case <-timer.C:
			t.conn.abort()
			stub.Close()
			return
		case c := <-stub.Input:
			if c == nil { // its time is up early, but what it swallowed is gone
				t.conn.abort()
				stub.Close()
				return
			}
		}
	}
}
