package link

import (
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"
)

// lateClose is SlowClose at work. Toxiproxy's counts in whole milliseconds.
type lateClose struct {
	conn  *conn
	delay time.Duration
}

func (t *lateClose) Pipe(stub *toxics.ToxicStub) {
	for {
		select {
		case <-stub.Interrupt:
			return
		case c := <-stub.Input:
			if c != nil {
				stub.Output <- c
				continue
			}
			timer := time.NewTimer(t.delay)
			defer timer.Stop()
			select {
			case <-timer.C:
				t.conn.link.lateCloses.Add(1)
				stub.Close()
			case <-stub.Interrupt: // whoever runs next finds the end in the input again
			}
			return
		}
	}
}
