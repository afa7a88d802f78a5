package network

import (
	"context"
	"fmt"
	"time"

	"github.com/Shopify/toxiproxy/v2/toxics"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
	"github.com/crashlab/crashlab/pkg/link"
)

// Blackhole keeps the connections of the links open, lets new ones be opened, and loses everything sent over
// them, even the end of a connection. A client without a timeout waits forever.
type Blackhole struct {
	Link    link.Pattern
	Timeout time.Duration // silence after which a connection is reset; 0 means never
	Share   float64       // of the connections; 0 means all
}

// Kind returns the catalog's entry.
func (Blackhole) Kind() fault.Kind {
	return fault.Kind{Name: "blackhole", Needs: "link", Says: "connections are open and nothing comes through",
		Example: "kafka-2:blackhole@2s..5s", Target: "Link", Value: "Timeout"}
}

// OnLinks implements [fault.OnLinks].
func (f Blackhole) OnLinks() link.Pattern { return f.Link }

func (f Blackhole) Requested() string {
	until := ""
	if f.Timeout > 0 {
		until = ", reset after " + say.Time(f.Timeout)
	}
	return on(f.Link, "silence"+until+ofShare(f.Share))
}

func (f Blackhole) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	if f.Timeout < 0 {
		return nil, fmt.Errorf("blackhole: timeout %v: want 0 or more", f.Timeout)
	}
	toxic := link.Toxic{Direction: link.Both, Share: f.Share, Pipe: f.pipe}
	return inject(ctx, s, f.Link, asked{toxic: toxic, judge: deadLinks(f.Share)})
}

func (f Blackhole) pipe(s *link.Stream) toxics.Toxic { return &swallow{s, f.Timeout} }

// swallow is an active Blackhole. Toxiproxy's timeout passes the end of a connection. When removed it closes
// every connection, even those that lost nothing.
type swallow struct {
	stream  *link.Stream
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
			return // the next toxic finds the swallowed end in the input again
		case <-expired:
			t.stream.Reset()
			stub.Close()
			return
		case c := <-input:
			if c == nil {
				input = nil
				continue
			}
			t.stream.Swallow(len(c.Data))
		}
	}
}
