package link

import (
	"math/rand/v2"
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"
)

// delay is Latency at work. Toxiproxy's own counts in whole milliseconds and draws its jitter
// from the global source.
type delay struct {
	Latency
	conn *conn
	rand *rand.Rand
}

// GetBufferSize is how many chunks can be under way at once.
func (*delay) GetBufferSize() int { return 1024 }

func (t *delay) next() time.Duration {
	if t.Jitter == 0 {
		return t.Delay
	}
	return t.Delay - t.Jitter + time.Duration(t.rand.Int64N(int64(2*t.Jitter)+1))
}

func (t *delay) Pipe(stub *toxics.ToxicStub) {
	for {
		select {
		case <-stub.Interrupt:
			return
		case c := <-stub.Input:
			if c == nil {
				stub.Close()
				return
			}
			due := c.Timestamp.Add(t.next())
			timer := time.NewTimer(time.Until(due))
			select {
			case <-timer.C:
				t.conn.link.delayed.Add(1)
				c.Timestamp = due // a further delay counts from here
				stub.Output <- c
			case <-stub.Interrupt:
				timer.Stop()
				stub.Output <- c
				return
			}
		}
	}
}
