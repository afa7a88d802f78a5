package link

import (
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"
)

// swallow is Blackhole at work. Toxiproxy's timeout lets the end of a connection through and
// closes every connection when it is removed, those that lost nothing too.
type swallow struct {
	conn    *conn
	timeout time.Duration
}

func (t *swallow) Pipe(stub *toxics.ToxicStub) {
	var expired <-chan time.Time
	if t.timeout > 0 {
		timer := time.NewTimer(t.timeout)
		defer timer.Stop()
		expired = timer.C
	}
	input := stub.Input
	for {
		select {
		case <-stub.Interrupt:
			return // whoever runs next finds the end that was swallowed in the input again
		case <-expired:
			t.conn.abort()
			stub.Close()
			return
		case c := <-input:
			if c == nil {
				input = nil
				continue
			}
			t.conn.lost.Store(true)
			t.conn.link.swallowed.Add(int64(len(c.Data)))
		}
	}
}
