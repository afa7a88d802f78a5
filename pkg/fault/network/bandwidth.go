package network

import (
	"context"
	"fmt"
	"time"

	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
	"github.com/crashlab/crashlab/pkg/link"
)

// Bandwidth limits each connection of the links to that many bytes per second.
type Bandwidth struct {
	Link           link.Pattern
	BytesPerSecond int64 // at least 100
	Direction      link.Direction
	Share          float64 // of the connections; 0 means all
}

// Kind returns the catalog's entry.
func (Bandwidth) Kind() fault.Kind {
	return fault.Kind{Name: "bandwidth", Needs: "link", Says: "each connection carries at most so many bytes a second",
		Example: "orders→kafka:bandwidth=50kB@2s..5s", Target: "Link", Value: "BytesPerSecond"}
}

// OnLinks implements [fault.OnLinks].
func (f Bandwidth) OnLinks() link.Pattern { return f.Link }

func (f Bandwidth) Requested() string {
	return on(f.Link, fmt.Sprintf("%s/s of bandwidth%s", say.Size(f.BytesPerSecond), ofShare(f.Share)))
}

func (f Bandwidth) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	if f.BytesPerSecond < 100 {
		return nil, fmt.Errorf("bandwidth: %d bytes/s: want at least 100", f.BytesPerSecond)
	}
	toxic := link.Toxic{Direction: f.Direction, Share: f.Share, Pipe: f.pipe}
	return inject(ctx, s, f.Link, asked{toxic: toxic, patient: time.Second, judge: f.measure})
}

// measure sees the effect if its pings' bytes have to wait for at least half of what the bandwidth asks for. Bytes
// that were on their way when the fault began, or still are, are not held back for their whole time.
func (f Bandwidth) measure(ctx context.Context, o *onLinks) (fault.Measurement, error) {
	held := func(l link.Link) int64 { return int64(l.Held) }
	before, earlier := o.since(held), o.since(o.carried)
	o.ping(ctx)
	waited, took := time.Duration(o.since(held)-before), f.takes(o.since(o.carried)-earlier)
	whole := f.Share == 0 || f.Share == 1
	return fault.Measurement{
		Acted: waited > 0 && (!whole || waited >= took/2),
		Text: fmt.Sprintf("%s carried, held back for %s in all",
			say.Size(o.since(func(l link.Link) int64 { return l.Got + l.Sent })), say.Time(time.Duration(o.since(held)))),
	}, nil
}

// takes returns how long one connection takes for that many bytes.
func (f Bandwidth) takes(bytes int64) time.Duration {
	return time.Duration(float64(bytes) / float64(f.BytesPerSecond) * float64(time.Second))
}

func (f Bandwidth) pipe(s *link.Stream) toxics.Toxic {
	return &throttle{stream: s, rate: f.BytesPerSecond}
}

// throttle is an active Bandwidth. Toxiproxy's own counts in kilobytes per second and sends pieces of up to
// 100 ms at once; this one sends a piece every 10 ms.
type throttle struct {
	stream *link.Stream
	rate   int64 // bytes per second
	ready  time.Time
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
	asked := t.ready.Sub(now) // a late timer is not the bandwidth's doing
	timer := time.NewTimer(asked)
	defer timer.Stop()
	select {
	case <-timer.C:
		t.stream.Held(asked)
		return true
	case <-stub.Interrupt:
		return false
	}
}
