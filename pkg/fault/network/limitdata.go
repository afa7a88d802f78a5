package network

import (
	"context"
	"fmt"

	"github.com/Shopify/toxiproxy/v2/stream"
	"github.com/Shopify/toxiproxy/v2/toxics"

	"github.com/crashlab/crashlab/pkg/fault"
	"github.com/crashlab/crashlab/pkg/fault/internal/say"
	"github.com/crashlab/crashlab/pkg/link"
)

// LimitData closes each connection of the links after that many bytes since the fault began, or since the
// connection was opened if that is later: answers end in the middle.
type LimitData struct {
	Link      link.Pattern
	Bytes     int64
	Direction link.Direction
	Share     float64 // of the connections; 0 means all
}

// Kind returns the catalog's entry.
func (LimitData) Kind() fault.Kind {
	return fault.Kind{Name: "limit-data", Needs: "link",
		Says:    "each connection is closed when it has carried so many bytes",
		Example: "aws:limit-data=4kB@2s..5s", Target: "Link", Value: "Bytes"}
}

// OnLinks implements [fault.OnLinks].
func (f LimitData) OnLinks() link.Pattern { return f.Link }

func (f LimitData) Requested() string {
	return on(f.Link, "connections closed after "+say.Size(f.Bytes)+ofShare(f.Share))
}

func (f LimitData) Inject(ctx context.Context, s *fault.Surface) (fault.Injection, error) {
	if f.Bytes < 1 {
		return nil, fmt.Errorf("limit data: %d bytes: want at least 1", f.Bytes)
	}
	toxic := link.Toxic{Direction: f.Direction, Share: f.Share, Pipe: f.pipe}
	return inject(ctx, s, f.Link, asked{toxic: toxic, judge: f.measure})
}

// measure sees the effect if connections are closed early. Between two closes the links carry no more than the limit
// for each connection that was ever dialed.
func (f LimitData) measure(ctx context.Context, o *onLinks) (fault.Measurement, error) {
	o.ping(ctx)
	n := o.since(func(l link.Link) int64 { return l.Closed })
	carried := o.since(o.carried)
	if n > o.seen {
		o.seen, o.quiet = n, carried
	}
	dials := int64(2) // the limit is each direction's own
	for _, l := range o.surface.Links.Links(o.pattern) {
		dials += 2 * l.Dials
	}
	whole := f.Share == 0 || f.Share == 1
	return fault.Measurement{
		Acted: n > 0 && (!whole || carried-o.quiet <= dials*f.Bytes),
		Text:  fmt.Sprintf("%d connections closed early", n),
	}, nil
}

func (f LimitData) pipe(s *link.Stream) toxics.Toxic { return &limit{s, f.Bytes} }

// limit is an active LimitData. Toxiproxy's own counts a chunk's bytes after it has passed it on, when the
// next toxic may already have split it.
type limit struct {
	stream *link.Stream
	left   int64
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
				t.stream.CutShort()
				stub.Close()
				return
			}
		}
	}
}
